/** Orders and refunds as WeChat tells them: the fields we keep, checked. The payer and the receiving account are not kept. */
import type { Transaction, ChannelRefund } from '#shared/facts/telling.ts'
import { isObject } from '#shared/json.ts'
import type { Parsed, Place, Rule } from '#shared/wire-rules.ts'
import { fenAmount, orderNumber, positiveFen, refundNumber, timeText } from '#shared/wechat/wire-format.ts'
import {
  cutText,
  fields,
  mapped,
  missed,
  parseWith,
  stateText,
  token,
  unlessBlank,
  withDefault,
} from '#shared/wire-rules.ts'

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

const paidAmount: Rule<PaidTransaction['amount']> = (told, place) => {
  if (!isObject(told)) return undefined
  const total = positiveFen(told['total'], place)
  if (total === undefined) return missed(place, 'total')
  const unit = currency(unlessBlank(told['currency']), place)
  if (unit === undefined) return missed(place, 'currency')
  const payer_total = fenAmount(told['payer_total'], place)
  return payer_total === undefined ? { total, currency: unit } : { total, currency: unit, payer_total }
}

const readNumber = token(32)

/** As `fields` reads, but straight down: each notification of a payment comes by here, and the walk took half a microsecond more. */
const paid: Rule<PaidTransaction> = (told, place) => {
  if (!isObject(told)) return undefined
  const trade_state = stateText(unlessBlank(told['trade_state']), place)
  if (trade_state === undefined) return missed(place, 'trade_state')
  const mchid = readNumber(told['mchid'], place)
  if (mchid === undefined) return missed(place, 'mchid')
  const out_trade_no = orderNumber(told['out_trade_no'], place)
  if (out_trade_no === undefined) return missed(place, 'out_trade_no')
  const appid = readNumber(told['appid'], place)
  if (appid === undefined) return missed(place, 'appid')
  const transaction_id = readNumber(told['transaction_id'], place)
  if (transaction_id === undefined) return missed(place, 'transaction_id')
  const amount = paidAmount(told['amount'], place)
  if (amount === undefined) return missed(place, 'amount')
  return withKept({ trade_state, mchid, out_trade_no, appid, transaction_id, amount }, told, place)
}

type Mutable<Type> = { -readonly [Name in keyof Type]: Type[Name] }

function withKept(
  order: Mutable<PaidTransaction>,
  told: Readonly<Record<string, unknown>>,
  place: Place,
): PaidTransaction {
  const success_time = timeText(told['success_time'], place)
  if (success_time !== undefined) order.success_time = success_time
  const trade_type = description(unlessBlank(told['trade_type']), place)
  if (trade_type !== undefined) order.trade_type = trade_type
  const bank_type = description(unlessBlank(told['bank_type']), place)
  if (bank_type !== undefined) order.bank_type = bank_type
  const attach = description(unlessBlank(told['attach']), place)
  if (attach !== undefined) order.attach = attach
  return order
}

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
  return parseWith(claimsPayment(state) ? paid : UnpaidSchema, json)
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
