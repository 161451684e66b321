/** Adapts an API Gateway HTTP API event (payload format 2.0) once, at the edge; nothing inside knows API Gateway. */
import * as v from 'valibot'
import type { ApiRequest } from '#shared/api/api-request.ts'
import { decodeBase64 } from '#shared/crypto/base64.ts'
import { AppError } from '#shared/errors.ts'

/** What is null is absent, whoever builds the event: emulators write null where API Gateway leaves out. */
const Strings = v.nullish(v.record(v.string(), v.nullish(v.string())))

const HttpApiEvent = v.object({
  routeKey: v.string(),
  headers: Strings,
  pathParameters: Strings,
  queryStringParameters: Strings,
  body: v.nullish(v.string()),
  isBase64Encoded: v.nullish(v.boolean()),
  requestContext: v.object({ requestId: v.nullish(v.string()), http: v.object({ method: v.string() }) }),
})

/** @throws AppError `invalid_request` when the event is not one of an HTTP API. */
export function toApiRequest(event: unknown): ApiRequest {
  const parsed = v.safeParse(HttpApiEvent, event)
  if (!parsed.success)
    throw new AppError(
      'invalid_request',
      `the event is not an HTTP API event of payload format 2.0: see its ${placeOf(parsed.issues[0])}`,
    )
  const { routeKey, headers, pathParameters, queryStringParameters, requestContext } = parsed.output
  return {
    method: requestContext.http.method,
    routeKey,
    headers: Object.fromEntries(present(headers).map(([name, value]) => [name.toLowerCase(), value])),
    pathParameters: Object.fromEntries(present(pathParameters)),
    query: Object.fromEntries(present(queryStringParameters)),
    body: bytesOf(parsed.output),
    requestId: requestContext.requestId ?? '',
  }
}

/** Keys below the first come from the caller, and are not repeated. */
function placeOf(issue: v.BaseIssue<unknown>): string {
  const key = issue.path?.[0]?.key
  return typeof key === 'string' ? key : 'form'
}

function present(
  values: Readonly<Record<string, string | null | undefined>> | null | undefined,
): readonly (readonly [string, string])[] {
  return Object.entries(values ?? {}).flatMap(([name, value]) =>
    value === null || value === undefined ? [] : [[name, value] as const],
  )
}

interface EncodedBody {
  readonly body?: string | null | undefined
  readonly isBase64Encoded?: boolean | null | undefined
}

function bytesOf({ body, isBase64Encoded }: EncodedBody): Uint8Array {
  const text = body ?? ''
  if (isBase64Encoded !== true) return Buffer.from(text, 'utf8')
  const bytes = decodeBase64(text)
  if (bytes === undefined)
    throw new AppError('invalid_request', 'the body of the event is marked as base64 and is not')
  return bytes
}
