/** Adapts an API Gateway HTTP API event (payload format 2.0) once, at the edge; nothing inside knows API Gateway. */
import type { ApiRequest } from '#shared/api/api-request.ts'
import { decodeBase64 } from '#shared/crypto/base64.ts'
import { AppError } from '#shared/errors.ts'
import { isObject } from '#shared/json.ts'
import { setOwn } from '#shared/own-field.ts'
import type { Received } from '#shared/received.ts'
import { isRequestId } from '#shared/trace.ts'

/**
 * Checked by hand, for it runs before anything else in each request: a schema took a tenth of a notification's time.
 *
 * @throws AppError `invalid_request` when the event is not one of an HTTP API. What is null is absent, whoever builds the
 * event: emulators write null where API Gateway leaves out.
 */
export function toApiRequest(event: unknown): ApiRequest {
  if (!isObject(event)) throw misformed('form')
  const { requestContext } = event
  const http = isObject(requestContext) ? requestContext['http'] : undefined
  const method = isObject(http) ? http['method'] : undefined
  if (!isObject(requestContext) || typeof method !== 'string') throw misformed('requestContext')
  return {
    method,
    routeKey: textAt(event, 'routeKey') ?? missing('routeKey'),
    headers: headersOf(event),
    pathParameters: stringsAt(event, 'pathParameters'),
    query: stringsAt(event, 'queryStringParameters'),
    body: bodyOf(event),
    requestId: requestIdIn(requestContext),
  }
}

/** Whoever may invoke the function at Lambda writes the event: what has not the form of an id is none, and is repeated nowhere. */
function requestIdIn(requestContext: Fields): string {
  const text = textAt(requestContext, 'requestId', 'requestContext') ?? ''
  return isRequestId(text) ? text : ''
}

type Fields = Readonly<Record<string, unknown>>

/** @param place what to name instead, where keys come from the caller and are not repeated. */
function textAt(fields: Fields, key: string, place = key): string | undefined {
  const value = fields[key] ?? undefined
  if (value === undefined || typeof value === 'string') return value
  throw misformed(place)
}

type Strings = Readonly<Record<string, string>>

const NONE: Strings = {}

/** What API Gateway sends is as it should be and is taken as it is: to copy the headers took as long as to parse the body. */
function stringsAt(event: Fields, key: string): Strings {
  const values = event[key] ?? NONE
  if (!isObject(values)) throw misformed(key)
  return areStrings(values) ? values : givenStrings(values, key)
}

function areStrings(values: Fields): values is Strings {
  for (const name of Object.keys(values)) if (typeof values[name] !== 'string') return false
  return true
}

function givenStrings(values: Fields, key: string): Strings {
  const strings: Record<string, string> = {}
  for (const name of Object.keys(values)) {
    const value = textAt(values, name, key)
    if (value !== undefined) setOwn(strings, name, value)
  }
  return strings
}

/** Emulators write names of headers as the client did. */
function headersOf(event: Fields): Strings {
  const headers = event['headers'] ?? NONE
  if (!isObject(headers)) throw misformed('headers')
  return areHeaders(headers) ? headers : lowerCase(givenStrings(headers, 'headers'))
}

function areHeaders(values: Fields): values is Strings {
  for (const name of Object.keys(values))
    if (typeof values[name] !== 'string' || name.toLowerCase() !== name) return false
  return true
}

function lowerCase(strings: Strings): Strings {
  const lower: Record<string, string> = {}
  for (const name of Object.keys(strings)) setOwn(lower, name.toLowerCase(), strings[name] ?? '')
  return lower
}

function bodyOf(event: Fields): Received {
  const text = textAt(event, 'body') ?? ''
  const encoded = event['isBase64Encoded'] ?? false
  if (typeof encoded !== 'boolean') throw misformed('isBase64Encoded')
  if (!encoded) return text
  const bytes = decodeBase64(text)
  if (bytes === undefined)
    throw new AppError('invalid_request', 'the body of the event is marked as base64 and is not')
  return bytes
}

function missing(place: string): never {
  throw misformed(place)
}

function misformed(place: string): AppError {
  return new AppError(
    'invalid_request',
    `the event is not an HTTP API event of payload format 2.0: see its ${place}`,
  )
}
