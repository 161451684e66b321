/** The kinds of faults, each with its own fields. */
import * as v from 'valibot'

const duration = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(86_400_000))
/** One that no client knows: WeChat adds them without notice. */
const strangeState = v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(64)), 'REVERSED')
const afterEffect = v.optional(v.boolean(), false)

/** Faults of answers. Those with `after_effect` can fail after the request took effect; the rest say so in their name. */
const API_FAULTS = [
  v.strictObject({
    kind: v.literal('error'),
    code: v.pipe(v.string(), v.minLength(1)),
    status: v.optional(v.pipe(v.number(), v.integer(), v.minValue(400), v.maxValue(599))),
    message: v.optional(v.string()),
    after_effect: afterEffect,
  }),
  v.strictObject({ kind: v.literal('system_error'), after_effect: afterEffect }),
  v.strictObject({ kind: v.literal('frequency_limited'), after_effect: afterEffect }),
  v.strictObject({ kind: v.literal('bad_gateway'), after_effect: afterEffect }),
  v.strictObject({ kind: v.literal('service_unavailable'), after_effect: afterEffect }),
  v.strictObject({ kind: v.literal('timeout_before'), hang_ms: v.optional(duration, 60_000) }),
  v.strictObject({ kind: v.literal('timeout_after'), hang_ms: v.optional(duration, 60_000) }),
  v.strictObject({ kind: v.literal('reset_before') }),
  v.strictObject({ kind: v.literal('reset_after') }),
  v.strictObject({ kind: v.literal('slow'), delay_ms: duration }),
  v.strictObject({ kind: v.literal('unsigned') }),
  v.strictObject({ kind: v.literal('bad_signature') }),
  v.strictObject({ kind: v.literal('answer_probe') }),
  v.strictObject({ kind: v.literal('strange_state'), state: strangeState }),
  v.strictObject({ kind: v.literal('primary_down') }),
] as const

/** Faults of a notification as a whole: used up when the notification arises. */
const NOTIFICATION_FAULTS = [
  v.strictObject({
    kind: v.literal('duplicate'),
    times: v.optional(v.pipe(v.number(), v.integer(), v.minValue(2), v.maxValue(1000)), 2),
  }),
  v.strictObject({ kind: v.literal('delay'), delay_ms: duration }),
  v.strictObject({ kind: v.literal('hold') }),
  v.strictObject({ kind: v.literal('drop') }),
] as const

/** Faults of one attempt to deliver: used up by each attempt, so that a retry can be right. */
const ATTEMPT_FAULTS = [
  v.strictObject({ kind: v.literal('wrong_amount'), amount: v.optional(v.pipe(v.number(), v.integer())) }),
  v.strictObject({ kind: v.literal('wrong_mchid') }),
  v.strictObject({ kind: v.literal('wrong_appid') }),
  v.strictObject({ kind: v.literal('tampered_body') }),
  v.strictObject({
    kind: v.literal('foreign_key'),
    serial: v.optional(v.picklist(['known', 'unknown']), 'known'),
  }),
  v.strictObject({
    kind: v.literal('stale_timestamp'),
    seconds: v.optional(v.pipe(v.number(), v.integer()), -301),
  }),
  v.strictObject({ kind: v.literal('probe') }),
  v.strictObject({ kind: v.literal('unknown_event_type') }),
  v.strictObject({ kind: v.literal('previous_apiv3_key') }),
] as const

/** The outcome of refunds that settle by themselves. */
const REFUND_FAULTS = [
  v.strictObject({ kind: v.literal('refund_result'), status: v.picklist(['CLOSED', 'ABNORMAL']) }),
] as const

/** Faults of a bill, used up when it is applied for. The file fits its hash unless the fault is of the hash, or cuts the file. */
const BILL_FAULTS = [
  v.strictObject({ kind: v.literal('bill_late') }),
  v.strictObject({ kind: v.literal('bill_absent') }),
  v.strictObject({ kind: v.literal('bill_wrong_hash') }),
  v.strictObject({ kind: v.literal('bill_cut') }),
  v.strictObject({ kind: v.literal('bill_row_missing') }),
  v.strictObject({ kind: v.literal('bill_wrong_sum') }),
  v.strictObject({ kind: v.literal('bill_old_layout') }),
] as const

/** The kinds of each scope. */
export const KINDS = {
  api: API_FAULTS,
  notification: NOTIFICATION_FAULTS,
  attempt: ATTEMPT_FAULTS,
  refund: REFUND_FAULTS,
  bill: BILL_FAULTS,
} as const
export type Scope = keyof typeof KINDS
export const SCOPE_NAMES = ['api', 'notification', 'attempt', 'refund', 'bill'] as const satisfies Scope[]

/** What a fault of each scope has to look like. */
export const FAULTS = {
  api: v.variant('kind', API_FAULTS),
  notification: v.variant('kind', NOTIFICATION_FAULTS),
  attempt: v.variant('kind', ATTEMPT_FAULTS),
  refund: v.variant('kind', REFUND_FAULTS),
  bill: v.variant('kind', BILL_FAULTS),
} as const

export type Effects = { readonly [S in Scope]: v.InferOutput<(typeof FAULTS)[S]> }
export type EffectInput = v.InferInput<(typeof FAULTS)[Scope]>
export type ApiFault = Effects['api']
export type AttemptFault = Effects['attempt']
export type BillFault = Effects['bill']
