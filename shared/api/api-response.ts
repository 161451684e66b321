/** Answers of the merchant API: one of its views as JSON, or problem+json for every error. */
import type { ApiResponse } from './api-request.ts'
import type { HoldView } from './hold-view.ts'
import type { OrderView, RefundView } from './order-view.ts'
import type { PaymentView } from './payment-view.ts'
import { problemOf } from './problem.ts'

const NO_STORE = { 'cache-control': 'no-store' }

export function viewResponse(
  statusCode: number,
  view: OrderView | HoldView | PaymentView | RefundView,
): ApiResponse {
  return jsonResponse(statusCode, view)
}

export function jsonResponse(statusCode: number, body: unknown): ApiResponse {
  return {
    statusCode,
    headers: { 'content-type': 'application/json', ...NO_STORE },
    body: JSON.stringify(body),
  }
}

export function emptyResponse(statusCode: number): ApiResponse {
  return { statusCode, headers: NO_STORE, body: '' }
}

export function problemResponse(error: unknown, requestId: string): ApiResponse {
  const problem = problemOf(error, requestId)
  return {
    statusCode: problem.status,
    headers: { 'content-type': 'application/problem+json', ...NO_STORE },
    body: JSON.stringify(problem),
  }
}
