/** The form of problem+json. A file of its own: no function reads one, so that no bundle has it. */
import * as v from 'valibot'
import { errorCodes } from '#shared/errors.ts'
import { text } from './view-fields.ts'

export const ProblemSchema = v.object({
  type: v.pipe(v.string(), v.startsWith('urn:wxpay:problem:')),
  title: v.string(),
  /** The same in Chinese. */
  title_zh: v.string(),
  status: v.pipe(v.number(), v.integer(), v.minValue(400), v.maxValue(599)),
  detail: text,
  /** Stable: branch on it, not on words. */
  code: v.picklist(/* @__PURE__ */ errorCodes()),
  /** What the caller should do. */
  action: v.string(),
  /** The same in Chinese. */
  action_zh: v.string(),
  request_id: v.string(),
  /** Every field of the request that breaks a rule, without its value. */
  errors: v.optional(v.array(v.object({ field: v.string(), rule: v.string(), received: v.string() }))),
  /** What the payment channel refused it with: its own code, the precise one where it has two. */
  channel_code: text,
  /** The same, by its older name. */
  wechat_code: text,
  wechat_request_id: text,
})
export type Problem = v.InferOutput<typeof ProblemSchema>
