/** Orders and refunds as WeChat tells them: the fields we keep, checked. The payer and the receiving account are not kept. */
import * as v from 'valibot'
import { CHANNEL_REFUND_STATUSES, TRADE_STATES } from '#shared/facts/telling.ts'
import type { Transaction, ChannelRefund } from '#shared/facts/telling.ts'
import type { Parsed } from '#shared/wechat/wire-format.ts'
import {
  fenAmount,
  fields,
  orderNumber,
  parseWith,
  positiveFen,
  refundNumber,
  timeText,
  token,
} from '#shared/wechat/wire-format.ts'

/** An order that was paid, whether refunded since or not: everything that a payment fact needs is there. */
export type PaidTransaction = Transaction &
  Required<Pick<Transaction, 'transaction_id' | 'success_time' | 'amount'>>

// Descriptive fields get far more room than documented: a payment must not be lost over a long bank name.
const ROOMY = 512

/** Domestic merchants have one currency, and WeChat leaves it out of unpaid orders. */
const currency = v.optional(token(16), 'CNY')

const TransactionSchema = v.pipe(
  fields({
    appid: token(32),
    mchid: token(32),
    out_trade_no: orderNumber,
    trade_state: v.picklist(TRADE_STATES),
    transaction_id: v.exactOptional(token(32)),
    trade_type: v.exactOptional(token(ROOMY)),
    bank_type: v.exactOptional(token(ROOMY)),
    attach: v.exactOptional(v.pipe(v.string(), v.maxLength(ROOMY))),
    success_time: v.exactOptional(timeText),
    amount: v.exactOptional(
      fields({ total: positiveFen, payer_total: v.exactOptional(fenAmount), currency }),
    ),
  }),
  v.check((transaction) => !claimsPayment(transaction) || isPaid(transaction)),
)

const refundFields = {
  refund_id: token(32),
  out_refund_no: refundNumber,
  transaction_id: token(32),
  out_trade_no: orderNumber,
  amount: fields({ total: positiveFen, refund: positiveFen }),
  channel: v.exactOptional(token(ROOMY)),
  success_time: v.exactOptional(timeText),
  create_time: v.exactOptional(timeText),
}

const refundStatus = v.picklist(CHANNEL_REFUND_STATUSES)
const RefundSchema = v.pipe(
  fields({ ...refundFields, status: refundStatus }),
  v.transform((told) => withRefundChannel(told)),
)
const NotifiedRefundSchema = v.pipe(
  fields({ ...refundFields, mchid: token(32), refund_status: refundStatus }),
  v.transform((told) => withRefundChannel(told)),
)

/** WeChat's `channel` of a refund has nothing to do with the one of a prepay. */
function withRefundChannel<Told extends { readonly channel?: string }>({ channel, ...told }: Told) {
  return channel === undefined ? told : { ...told, refund_channel: channel }
}

/**
 * Checks an order of a query or of a decrypted `TRANSACTION.SUCCESS`.
 *
 * In the states SUCCESS and REFUND the number, time and amount of the payment have to be there (see {@link isPaid}).
 */
export function parseTransaction(json: unknown): Parsed<Transaction> {
  return parseWith(TransactionSchema, json)
}

/** Tells whether an order was paid. After any refund, also a partial one, WeChat's state is REFUND. */
export function isPaid(transaction: Transaction): transaction is PaidTransaction {
  const { transaction_id, success_time, amount } = transaction
  return (
    claimsPayment(transaction) &&
    transaction_id !== undefined &&
    success_time !== undefined &&
    amount !== undefined
  )
}

function claimsPayment({ trade_state }: Pick<Transaction, 'trade_state'>): boolean {
  return trade_state === 'SUCCESS' || trade_state === 'REFUND'
}

/** Checks a refund of an answer or a query, whose state is in `status`. */
export function parseRefund(json: unknown): Parsed<ChannelRefund> {
  return parseWith(RefundSchema, json)
}

/** A refund of a notification and the merchant it is for. */
export interface NotifiedRefund {
  readonly mchid: string
  readonly refund: ChannelRefund
}

/** Checks a decrypted `REFUND.*`, whose state is in `refund_status`. */
export function parseNotifiedRefund(json: unknown): Parsed<NotifiedRefund> {
  const parsed = parseWith(NotifiedRefundSchema, json)
  if (!parsed.ok) return parsed
  const { mchid, refund_status: status, ...refund } = parsed.value
  return { ok: true, value: { mchid, refund: { ...refund, status } } }
}
