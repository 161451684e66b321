/** The body of `POST /v1/payments/{out_trade_no}/unfreeze` (limits of doc merchant/4012528000). */
import * as v from 'valibot'
import { parseInput } from '#shared/api/field-problems.ts'
import { AnyText, text } from '#shared/api/request-fields.ts'
import type { UnfreezeAsked } from '#shared/ledger/unfreeze.ts'

export const UnfreezeSchema = v.strictObject({
  out_order_no: v.pipe(
    AnyText,
    v.regex(/^[0-9A-Za-z_\-|*@]{1,64}$/, 'must have 1 to 64 of 0-9 A-Z a-z _ - | * @'),
  ),
  description: text(80),
})

/** @throws AppError `invalid_request` naming every field that breaks a rule. */
export function parseUnfreezeRequest(body: unknown): UnfreezeAsked {
  return parseInput(UnfreezeSchema, body)
}
