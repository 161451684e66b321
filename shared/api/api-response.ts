/** Answers of the merchant API: JSON, and problem+json (RFC 9457) for every error. */
import { AppError, errorKind } from '#shared/errors.ts'
import type { ApiResponse } from './api-request.ts'

const NO_STORE = { 'cache-control': 'no-store' }

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

/** Builds the problem+json of an error. Anything that is not an AppError says no more than `internal_error`. */
export function problemResponse(error: unknown, requestId: string): ApiResponse {
  const known = error instanceof AppError ? error : new AppError('internal_error')
  const { status, title, action } = errorKind(known.code)
  const problem = {
    type: `urn:wxpay:problem:${known.code}`,
    title,
    status,
    // A broken configuration is the operator's business, not the caller's.
    ...(known.message === title || status === 500 ? {} : { detail: known.message }),
    code: known.code,
    action,
    request_id: requestId,
    ...(known.fields.length === 0 ? {} : { errors: known.fields }),
    ...(known.wechatCode === undefined ? {} : { wechat_code: known.wechatCode }),
    ...(known.wechatRequestId === undefined ? {} : { wechat_request_id: known.wechatRequestId }),
  }
  return {
    statusCode: status,
    headers: { 'content-type': 'application/problem+json', ...NO_STORE },
    body: JSON.stringify(problem),
  }
}
