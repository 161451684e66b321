/** A transport whose exchanges wait for their turn in a budget: nothing above it, no retry either, reaches the wire past it. */
import { answerError } from './answer-error.ts'
import type { CallBudget } from './call-budget.ts'
import type { Transport, TransportRequest, TransportResponse } from '#shared/http/transport.ts'

/**
 * Puts a budget before a transport. The signature of a request is made before it waits, and is good for five minutes; the
 * time-outs of the transport begin when it leaves.
 */
export function limitedTransport(transport: Transport, budget: CallBudget): Transport {
  return {
    send: (request) =>
      budget.run(() => transport.send(request), {
        fails: (answer) => isFailure(request, answer),
        signal: request.signal,
      }),
  }
}

/** What a GET may look for; both know no other code for that there is none. */
const LOOK_UPS = ['query', 'refund_query'] as const

/** That WeChat does not know what it was asked about is an answer like any other; everything else that is no success counts. */
function isFailure({ method }: TransportRequest, answer: TransportResponse): boolean {
  const { status } = answer
  if (status >= 200 && status <= 299 && status !== 202) return false
  return (
    method !== 'GET' || !LOOK_UPS.some((operation) => answerError(operation, answer).code === 'not_found')
  )
}
