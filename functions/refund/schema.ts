/** The body of `POST /v1/payments/{out_trade_no}/refunds` (limits of doc merchant/4013071036). `total` is never taken from the caller. */
import * as v from 'valibot'
import { parseInput } from '#shared/api/field-problems.ts'
import {
  AnyText,
  AmountFen,
  FenOrNone,
  OutRefundNo,
  Quantity,
  text,
  textOfBytes,
} from '#shared/api/request-fields.ts'

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

export const RefundSchema = v.strictObject({
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

/** Debit cards of these banks, by WeChat's names (doc merchant/4012810603). */
const BANK_TYPES = [
  'CMB_DEBIT',
  'COMM_DEBIT',
  'ABC_DEBIT',
  'CCB_DEBIT',
  'ICBC_DEBIT',
  'BOC_DEBIT',
  'PAB_DEBIT',
  'SPDB_DEBIT',
  'CITIC_DEBIT',
  'CEB_DEBIT',
  'CMBC_DEBIT',
  'CIB_DEBIT',
  'GDB_DEBIT',
  'PSBC_DEBIT',
  'NBCB_DEBIT',
] as const

const decision = { by: text(64), note: text(512) }

/** The body of `POST /v1/refunds/{out_refund_no}/abnormal`. What a card has is never repeated, stored or logged. */
export const AbnormalSchema = v.variant(
  'type',
  [
    v.strictObject({ ...decision, type: v.literal('MERCHANT_BANK_CARD') }),
    v.strictObject({
      ...decision,
      type: v.literal('USER_BANK_CARD'),
      bank_type: v.picklist(BANK_TYPES, "must be one of WeChat's fifteen, as in ICBC_DEBIT"),
      bank_account: v.pipe(
        AnyText,
        v.regex(/^[0-9]{8,32}$/, 'must be the number of a bank card: 8 to 32 digits'),
      ),
      real_name: textOfBytes(192),
    }),
  ],
  'must be MERCHANT_BANK_CARD or USER_BANK_CARD',
)

export type AbnormalRequest = v.InferOutput<typeof AbnormalSchema>

/** @throws AppError `invalid_request` naming every field that breaks a rule, never its value. */
export function parseAbnormalRequest(body: unknown): AbnormalRequest {
  return parseInput(AbnormalSchema, body)
}
