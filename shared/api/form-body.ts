/** Limits of a form that are checked before any work. What it says of its charset, its signature covers. */
import { AppError } from '#shared/errors.ts'
import { byteLength } from '#shared/received.ts'
import { isFormType, isIdentity } from './media-type.ts'
import type { ApiRequest } from './api-request.ts'

/** @throws AppError `unsupported_media_type` | `body_too_large` */
export function checkFormBody({ headers, body }: ApiRequest, maxBytes: number): void {
  if (!isFormType(headers['content-type'] ?? ''))
    throw new AppError(
      'unsupported_media_type',
      'content-type must be application/x-www-form-urlencoded, in UTF-8',
    )
  if (!isIdentity(headers['content-encoding'] ?? ''))
    throw new AppError('unsupported_media_type', 'content-encoding is not supported: send the body as it is')
  const bytes = byteLength(body)
  if (bytes > maxBytes)
    throw new AppError('body_too_large', `the body has ${bytes} bytes and may have at most ${maxBytes}`)
}
