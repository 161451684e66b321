/** A transport whose exchanges wait for their turn in a budget: nothing above it, no retry either, reaches the wire past it. */
import type { CallBudget } from './call-budget.ts'
import type { Transport, TransportRequest, TransportResponse } from './transport.ts'

/**
 * Puts a budget before a transport. The signature of a request is made before it waits, and is good for five minutes; the
 * time-outs of the transport begin when it leaves.
 *
 * @param fails whether an answer counts as a failure at this channel.
 */
export function budgetedTransport(
  transport: Transport,
  budget: CallBudget,
  fails: (request: TransportRequest, answer: TransportResponse) => boolean,
): Transport {
  return {
    send: (request) =>
      budget.run(() => transport.send(request), {
        fails: (answer) => fails(request, answer),
        signal: request.signal,
      }),
  }
}

/** Whether HTTP itself says that an exchange failed; 202 is no answer yet. */
export function isHttpFailure({ status }: TransportResponse): boolean {
  return status < 200 || status > 299 || status === 202
}
