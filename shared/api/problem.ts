/** What the API says of an error: problem+json (RFC 9457). */
import * as v from 'valibot'
import { AppError, errorCodes, errorKind } from '#shared/errors.ts'
import { text } from './view-fields.ts'

export const ProblemSchema = v.object({
  type: v.pipe(v.string(), v.startsWith('urn:wxpay:problem:')),
  title: v.string(),
  status: v.pipe(v.number(), v.integer(), v.minValue(400), v.maxValue(599)),
  detail: text,
  /** Stable: branch on it, not on words. */
  code: v.picklist(/* @__PURE__ */ errorCodes()),
  /** What the caller should do. */
  action: v.string(),
  request_id: v.string(),
  /** Every field of the request that breaks a rule, without its value. */
  errors: v.optional(v.array(v.object({ field: v.string(), rule: v.string(), received: v.string() }))),
  wechat_code: text,
  wechat_request_id: text,
})
type Problem = v.InferOutput<typeof ProblemSchema>

/** Anything that is not an AppError says no more than `internal_error`. */
export function problemOf(error: unknown, requestId: string): Problem {
  const known = error instanceof AppError ? error : new AppError('internal_error')
  const { status, title, action } = errorKind(known.code)
  return {
    type: `urn:wxpay:problem:${known.code}`,
    title,
    status,
    // A broken configuration is the operator's business, not the caller's.
    detail: known.message === title || status === 500 ? undefined : known.message,
    code: known.code,
    action,
    request_id: requestId,
    errors: known.fields.length === 0 ? undefined : [...known.fields],
    wechat_code: known.wechatCode,
    wechat_request_id: known.wechatRequestId,
  }
}
