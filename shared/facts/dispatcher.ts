/** The attribute of a message that names the request it comes from. */
export const CORRELATION_ATTRIBUTE = 'correlation_id'

/** Wakes settle up for a fact. Losing a dispatch loses nothing: the fact stays pending and the sweep dispatches it again. */
export interface Dispatcher {
  /**
   * Resolves only when the queue has taken the message.
   *
   * @param correlationId of the request that brought the fact, for the log of whoever takes the message up.
   */
  dispatch(factKey: string, correlationId?: string): Promise<void>
}
