/** What the API says of an error: problem+json (RFC 9457), always in both languages, whoever reads it in the end. */
import { AppError, errorKind } from '#shared/errors.ts'
import { CHINESE } from './problem-chinese.ts'
import type { Problem } from './problem-schema.ts'

/** Anything that is not an AppError says no more than `internal_error`. */
export function problemOf(error: unknown, requestId: string): Problem {
  const known = error instanceof AppError ? error : new AppError('internal_error')
  const { status, title, action } = errorKind(known.code)
  return {
    type: `urn:wxpay:problem:${known.code}`,
    title,
    title_zh: CHINESE[known.code].title,
    status,
    // A broken configuration is the operator's business, not the caller's.
    detail: known.message === title || status === 500 ? undefined : known.message,
    code: known.code,
    action,
    action_zh: CHINESE[known.code].action,
    request_id: requestId,
    errors: known.fields.length === 0 ? undefined : [...known.fields],
    channel_code: known.wechatCode,
    wechat_code: known.wechatCode,
    wechat_request_id: known.wechatRequestId,
  }
}
