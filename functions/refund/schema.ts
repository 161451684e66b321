/** The body of `POST /v1/payments/{out_trade_no}/refunds` (limits of doc merchant/4013071036). `total` is never taken from the caller. */
import * as v from 'valibot'
import { parseInput } from '#shared/api/field-problems.ts'
import { AmountFen, OutRefundNo, textOfBytes } from '#shared/api/request-fields.ts'

const RefundSchema = v.strictObject({
  out_refund_no: OutRefundNo,
  amount: v.strictObject({
    refund: AmountFen,
    currency: v.optional(v.literal('CNY', 'must be CNY'), 'CNY'),
  }),
  reason: v.optional(textOfBytes(80)),
  funds_account: v.optional(v.picklist(['AVAILABLE', 'UNSETTLED'], 'must be AVAILABLE or UNSETTLED')),
})

export type RefundRequest = v.InferOutput<typeof RefundSchema>

/** @throws AppError `invalid_request` naming every field that breaks a rule. */
export function parseRefundRequest(body: unknown): RefundRequest {
  return parseInput(RefundSchema, body)
}
