/** Adapts an API Gateway HTTP API event (payload format 2.0) once, at the edge; nothing inside knows API Gateway. */
import * as v from 'valibot'
import type { ApiRequest } from '#shared/api/api-request.ts'
import { decodeBase64 } from '#shared/crypto/base64.ts'
import { AppError } from '#shared/errors.ts'

const Strings = v.optional(v.record(v.string(), v.optional(v.string())))

const HttpApiEvent = v.object({
  routeKey: v.string(),
  headers: Strings,
  pathParameters: Strings,
  queryStringParameters: Strings,
  body: v.optional(v.string()),
  isBase64Encoded: v.optional(v.boolean()),
  requestContext: v.object({ requestId: v.optional(v.string()), http: v.object({ method: v.string() }) }),
})

/** @throws AppError `invalid_request` when the event is not one of an HTTP API. */
export function toApiRequest(event: unknown): ApiRequest {
  const parsed = v.safeParse(HttpApiEvent, event)
  if (!parsed.success)
    throw new AppError('invalid_request', 'the event is not an HTTP API event of payload format 2.0')
  const {
    routeKey,
    headers = {},
    pathParameters = {},
    queryStringParameters = {},
    requestContext,
  } = parsed.output
  return {
    method: requestContext.http.method,
    routeKey,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
    pathParameters,
    query: queryStringParameters,
    body: bytesOf(parsed.output),
    requestId: requestContext.requestId ?? '',
  }
}

function bytesOf({
  body = '',
  isBase64Encoded = false,
}: {
  body?: string | undefined
  isBase64Encoded?: boolean | undefined
}): Uint8Array {
  if (!isBase64Encoded) return Buffer.from(body, 'utf8')
  const bytes = decodeBase64(body)
  if (bytes === undefined)
    throw new AppError('invalid_request', 'the body of the event is marked as base64 and is not')
  return bytes
}
