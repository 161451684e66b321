/** Schemas for fields of answers. */
import * as v from 'valibot'

/** Whole fen. */
export const AmountInView = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
/** Our own times: RFC 3339 in UTC with milliseconds. WeChat's are shown as it tells them. */
export const TimeInView = v.pipe(v.string(), v.isoTimestamp())
/** Left out where it does not apply. */
export const text = v.optional(v.string())
