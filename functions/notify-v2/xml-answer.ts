/** The answers of the route: APIv2 reads `return_code` in the XML, and everything but SUCCESS comes again. */
import { AppError, errorKind } from '#shared/errors.ts'
import type { ApiResponse } from '#shared/api/api-request.ts'

export function success(): ApiResponse {
  return xml(200, 'SUCCESS', 'OK')
}

/** @param statusCode 4xx or 5xx: a 2xx is kept for what is durable. */
export function fail(statusCode: number): ApiResponse {
  return xml(statusCode, 'FAIL', '失败')
}

/** What broke our own limits keeps its 4xx; everything else is ours. */
export function failOf(error: unknown): ApiResponse {
  const status = error instanceof AppError ? errorKind(error.code).status : 503
  return fail(status < 500 ? status : 503)
}

function xml(statusCode: number, code: 'SUCCESS' | 'FAIL', message: string): ApiResponse {
  return {
    statusCode,
    headers: { 'content-type': 'text/xml; charset=utf-8', 'cache-control': 'no-store' },
    body: `<xml><return_code><![CDATA[${code}]]></return_code><return_msg><![CDATA[${message}]]></return_msg></xml>`,
  }
}
