/** A transport within WeChat's limits. */
import { answerError } from './answer-error.ts'
import { budgetedTransport, isHttpFailure } from '#shared/http/budgeted-transport.ts'
import type { CallBudget } from '#shared/http/call-budget.ts'
import type { Transport, TransportRequest, TransportResponse } from '#shared/http/transport.ts'

export function limitedTransport(transport: Transport, budget: CallBudget): Transport {
  return budgetedTransport(transport, budget, isFailure)
}

/** What a GET may look for; both know no other code for that there is none. */
const LOOK_UPS = ['query', 'refund_query'] as const

/** That WeChat does not know what it was asked about is an answer like any other; everything else that is no success counts. */
function isFailure({ method }: TransportRequest, answer: TransportResponse): boolean {
  if (!isHttpFailure(answer)) return false
  return (
    method !== 'GET' || !LOOK_UPS.some((operation) => answerError(operation, answer).code === 'not_found')
  )
}
