/** Reads a JSON object out of a request body, within limits that are checked before any work. */
import { AppError } from '#shared/errors.ts'
import { decodeJson } from '#shared/json.ts'
import { byteLength } from '#shared/received.ts'
import { isIdentity, isJsonType } from './media-type.ts'
import type { ApiRequest } from './api-request.ts'

/** WeChat's largest prepay field, `detail`, has 6,144 bytes; nothing legal comes near this. */
const MAX_MERCHANT_BODY_BYTES = 32 * 1024

/** Checks content type, encoding and size. @throws AppError `unsupported_media_type` | `body_too_large` */
export function checkJsonBody({ headers, body }: ApiRequest, maxBytes: number): void {
  if (!isJsonType(headers['content-type'] ?? '')) {
    throw new AppError(
      'unsupported_media_type',
      'content-type must be application/json, in UTF-8 where it says so',
    )
  }
  if (!isIdentity(headers['content-encoding'] ?? '')) {
    throw new AppError('unsupported_media_type', 'content-encoding is not supported: send the body as it is')
  }
  const bytes = byteLength(body)
  if (bytes > maxBytes) {
    throw new AppError('body_too_large', `the body has ${bytes} bytes and may have at most ${maxBytes}`)
  }
}

/** Parses the body as one JSON object. @throws AppError also `invalid_request`; the message never quotes the body. */
export function readJsonObject(request: ApiRequest, maxBytes = MAX_MERCHANT_BODY_BYTES): unknown {
  checkJsonBody(request, maxBytes)
  const value = decodeJson(request.body)?.json
  if (value === undefined) throw new AppError('invalid_request', 'the body must be JSON in UTF-8 and is not')
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new AppError('invalid_request', 'the body must be one JSON object')
  }
  return value
}

/** For requests that say everything in their path: no body, or an empty object. @throws AppError `invalid_request` */
export function readEmptyBody(request: ApiRequest): void {
  if (request.body.length === 0) return
  const fields = Object.keys(Object(readJsonObject(request)))
  if (fields.length > 0)
    throw new AppError('invalid_request', 'this request takes no fields: send no body, or {}')
}
