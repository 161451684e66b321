/** The body of `POST /v1/payments/{out_trade_no}/refunds` (limits of doc merchant/4013071036). `total` is never taken from the caller. */
import * as v from 'valibot'
import { parseInput } from '#shared/api/field-problems.ts'
import { AmountFen, FenOrNone, OutRefundNo, Quantity, text, textOfBytes } from '#shared/api/request-fields.ts'

/** That of `detail` when the order was made: WeChat says none, and the request is stored until it is answered. */
const MAX_GOODS_BYTES = 6144

/** Whose money it is: WeChat wants each account once, and all of the refund from them. */
const From = v.pipe(
  v.array(
    v.strictObject({
      account: v.picklist(['AVAILABLE', 'UNAVAILABLE'], 'must be AVAILABLE or UNAVAILABLE'),
      amount: AmountFen,
    }),
    'must be a list',
  ),
  v.minLength(1, 'must have at least 1 entry'),
  v.check(
    (from) => new Set(from.map(({ account }) => account)).size === from.length,
    'must name an account once',
  ),
)

const Amount = v.pipe(
  v.strictObject({
    refund: AmountFen,
    currency: v.optional(v.literal('CNY', 'must be CNY'), 'CNY'),
    from: v.optional(From),
  }),
  v.forward(
    v.check(
      ({ refund, from }) =>
        from === undefined || from.reduce((sum, { amount }) => sum + amount, 0) === refund,
      'must add up to amount.refund',
    ),
    ['from'],
  ),
)

const GoodsDetail = v.pipe(
  v.array(
    v.strictObject({
      merchant_goods_id: text(32),
      wechatpay_goods_id: v.optional(text(32)),
      goods_name: v.optional(text(256)),
      unit_price: FenOrNone,
      refund_amount: FenOrNone,
      refund_quantity: Quantity,
    }),
    'must be a list',
  ),
  v.minLength(1, 'must have at least 1 entry'),
  v.check(
    (goods) => Buffer.byteLength(JSON.stringify(goods)) <= MAX_GOODS_BYTES,
    `must have at most ${MAX_GOODS_BYTES} bytes as JSON in UTF-8`,
  ),
)

const RefundSchema = v.strictObject({
  out_refund_no: OutRefundNo,
  amount: Amount,
  reason: v.optional(textOfBytes(80)),
  funds_account: v.optional(v.picklist(['AVAILABLE', 'UNSETTLED'], 'must be AVAILABLE or UNSETTLED')),
  goods_detail: v.optional(GoodsDetail),
})

export type RefundRequest = v.InferOutput<typeof RefundSchema>

/** @throws AppError `invalid_request` naming every field that breaks a rule. */
export function parseRefundRequest(body: unknown): RefundRequest {
  return parseInput(RefundSchema, body)
}
