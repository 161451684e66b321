/** Wakes settle up for a fact. Losing a dispatch loses nothing: the fact stays pending and the sweep dispatches it again. */
export interface Dispatcher {
  /** Resolves only when the queue has taken the message. */
  dispatch(factKey: string): Promise<void>
}
