/** The answers of the route: Alipay reads the body, and everything but `success`, to the letter, comes again. */
import type { ApiResponse } from '#shared/api/api-request.ts'
import { AppError, errorKind } from '#shared/errors.ts'
import type { AlipayNotifyResult } from './notify-alipay.ts'

const STATUSES: Readonly<Record<AlipayNotifyResult, number>> = {
  accepted: 200,
  unverified: 401,
  refused: 400,
}

export function answer(result: AlipayNotifyResult): ApiResponse {
  return text(STATUSES[result])
}

/** What broke our own limits keeps its 4xx; everything else is ours. */
export function answerOf(error: unknown): ApiResponse {
  const status = error instanceof AppError ? errorKind(error.code).status : 503
  return text(status < 500 ? status : 503)
}

/** A 2xx is kept for what is durable. */
function text(statusCode: number): ApiResponse {
  return {
    statusCode,
    headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
    body: statusCode === 200 ? 'success' : 'failure',
  }
}
