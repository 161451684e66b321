/** The answers of the notify routes: WeChat looks at the status; the body is the same for every cause (doc merchant/4012791861). */
import { AppError, errorKind } from '#shared/errors.ts'
import type { ApiResponse } from '#shared/api/api-request.ts'
import { emptyResponse, jsonResponse } from '#shared/api/api-response.ts'

/** 204: durable and dispatched, WeChat need not send it again. */
export function acknowledged(): ApiResponse {
  return emptyResponse(204)
}

/** WeChat sends it again after a while. @param statusCode 4xx or 5xx */
export function notAcknowledged(statusCode: number): ApiResponse {
  return jsonResponse(statusCode, { code: 'FAIL', message: '失败' })
}

/** What broke our own limits keeps its 4xx; everything else is ours, and 503 asks WeChat to be one more driver. */
export function notifyError(error: unknown): ApiResponse {
  const status = error instanceof AppError ? errorKind(error.code).status : 503
  return notAcknowledged(status < 500 ? status : 503)
}
