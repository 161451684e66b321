/** Orders and refunds as WeChat tells them: the fields we keep, checked. The payer and the receiving account are not kept. */
import type { Transaction, ChannelRefund } from '#shared/facts/telling.ts'
import { isObject } from '#shared/json.ts'
import type { Parsed } from '#shared/wire-rules.ts'
import { fenAmount, orderNumber, positiveFen, refundNumber, timeText } from '#shared/wechat/wire-format.ts'
import { cutText, fields, mapped, parseWith, stateText, token, withDefault } from '#shared/wire-rules.ts'

/** An order that was paid, whether refunded since or not: everything that a payment fact needs is there. */
export type PaidTransaction = Transaction & Required<Pick<Transaction, 'appid' | 'transaction_id' | 'amount'>>

/** Far more than documented; what is longer is cut, for a payment must not be lost over a long bank name. */
const ROOMY = 512
const description = cutText(ROOMY)

/** Domestic merchants have one currency, and WeChat leaves it out of unpaid orders. */
const currency = withDefault(token(16), 'CNY')

/** The state first: it is what is missed first where several are missing. */
const order = { trade_state: stateText, mchid: token(32), out_trade_no: orderNumber }
const orderKeeps = {
  success_time: timeText,
  trade_type: description,
  bank_type: description,
  attach: description,
}
const paidAmount = fields({ total: positiveFen, currency }, { payer_total: fenAmount })

const PaidSchema = fields(
  { ...order, appid: token(32), transaction_id: token(32), amount: paidAmount },
  orderKeeps,
)
/** Nothing is decided from the rest of an order that nobody has paid (yet). */
const UnpaidSchema = fields(order, {
  appid: token(32),
  transaction_id: token(32),
  amount: paidAmount,
  ...orderKeeps,
})

const refundNeeds = {
  refund_id: token(32),
  out_refund_no: refundNumber,
  transaction_id: token(32),
  out_trade_no: orderNumber,
  amount: fields({ total: positiveFen, refund: positiveFen }, {}),
}
const refundKeeps = { channel: description, success_time: timeText, create_time: timeText }

const RefundSchema = mapped(fields({ ...refundNeeds, status: stateText }, refundKeeps), withRefundChannel)
const NotifiedRefundSchema = mapped(
  fields({ ...refundNeeds, mchid: token(32), refund_status: stateText }, refundKeeps),
  withRefundChannel,
)

/** WeChat's `channel` of a refund has nothing to do with the one of a prepay. */
function withRefundChannel<Told extends { readonly channel?: string }>({ channel, ...told }: Told) {
  return channel === undefined ? told : { ...told, refund_channel: channel }
}

/**
 * Checks an order of a query or of a decrypted `TRANSACTION.SUCCESS`.
 *
 * In the states SUCCESS and REFUND the number and amount of the payment have to be there (see {@link isPaid}).
 */
export function parseTransaction(json: unknown): Parsed<Transaction> {
  const state = isObject(json) ? json['trade_state'] : undefined
  return parseWith(claimsPayment(state) ? PaidSchema : UnpaidSchema, json)
}

/** Tells whether an order was paid. After any refund, also a partial one, WeChat's state is REFUND. */
export function isPaid(transaction: Transaction): transaction is PaidTransaction {
  const { appid, transaction_id, amount } = transaction
  return (
    claimsPayment(transaction.trade_state) &&
    appid !== undefined &&
    transaction_id !== undefined &&
    amount !== undefined
  )
}

function claimsPayment(state: unknown): boolean {
  return state === 'SUCCESS' || state === 'REFUND'
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
