/** Schemas for the fields that merchants send, with WeChat's own limits (doc merchant/4012791856, 4013071036). */
import * as v from 'valibot'
import { isMoment } from '#shared/moment.ts'
import { fen } from '#shared/money.ts'
import { PROVIDERS } from '#shared/providers.ts'

export const AnyText = v.string('must be a string')

/** Amount in fen: a JSON number that is a safe integer of at least 1. */
export const AmountFen = v.pipe(
  wholeFrom(1, 'must be a whole number of fen (a JSON number) from 1 to 2^53 - 1'),
  v.transform(fen),
)

/** A price or share that may be nothing, as of goods that are given away. */
export const FenOrNone = v.pipe(
  wholeFrom(0, 'must be a whole number of fen (a JSON number) from 0 to 2^53 - 1'),
  v.transform(fen),
)

export const Quantity = wholeFrom(1, 'must be a whole number (a JSON number) from 1 to 2^53 - 1')

export const OutTradeNo = matching(
  /^[0-9A-Za-z_\-|*]{6,32}$/,
  'must have 6 to 32 characters of 0-9 A-Z a-z _ - | *',
)
export const OutRefundNo = matching(
  /^[0-9A-Za-z_\-|*@]{1,64}$/,
  'must have 1 to 64 characters of 0-9 A-Z a-z _ - | * @',
)
export const TransactionId = matching(/^[0-9A-Za-z]{1,32}$/, 'must have 1 to 32 letters and digits')

const MOMENT =
  'must be a real moment in RFC 3339, with a time zone and without fractions, as in 2026-01-31T12:00:00+08:00'

export const Rfc3339 = v.pipe(
  AnyText,
  v.isoTimestamp(MOMENT),
  v.check((text) => isMoment(text) && !text.includes('.'), MOMENT),
)

/** Without it the usual one is meant: WeChat Pay in a stage that has it, else the only one that there is. */
export const ProviderNamed = v.optional(v.picklist(PROVIDERS, `must be ${PROVIDERS.join(' or ')}`))

/** Text of 1 to `max` characters without control characters or broken surrogates. */
export function text(max: number) {
  return v.pipe(
    AnyText,
    v.minLength(1, 'must not be empty'),
    v.maxLength(max, `must have at most ${max} characters`),
    v.regex(/^[^\p{Cc}\p{Cs}]*$/u, 'must not have control characters or broken surrogates'),
  )
}

/** Text of at most `max` bytes in UTF-8. */
export function textOfBytes(max: number) {
  return v.pipe(text(max), v.maxBytes(max, `must have at most ${max} bytes in UTF-8`))
}

function matching(pattern: RegExp, rule: string) {
  return v.pipe(AnyText, v.regex(pattern, rule))
}

/** One rule, said once: `parseInput` does not repeat it for each part that is broken. */
function wholeFrom(least: number, rule: string) {
  return v.pipe(v.number(rule), v.safeInteger(rule), v.minValue(least, rule))
}
