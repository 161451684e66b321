/** The verdict on what we have of a day and its bill has not: WeChat is asked first. */
import { factOfRefund, factOfTransaction } from '#shared/facts/facts-of.ts'
import type { ChannelRefund, Transaction } from '#shared/facts/telling.ts'
import type { Fact } from '#shared/facts/fact.ts'
import { dayOf } from '#shared/orders/day-index.ts'
import { isDoubted, isUnpaid, isWaiting, refundOf } from '#shared/orders/order.ts'
import type { Order, Refund } from '#shared/orders/order.ts'
import { parseRefundPointerKey } from '#shared/orders/order-key.ts'
import type { CallOptions } from '#shared/orders/payment-channel.ts'
import { ifKnown } from '#shared/payments/learn-payment.ts'
import type { Finding } from './finding.ts'
import type { JudgeDeps } from './judge-row.ts'
import { sideOf } from './read-bill.ts'
import { holdFor, record } from './record.ts'

export interface Missing {
  readonly day: string
  readonly key: string
  /** The bill of the day before has it, or it was left to this day's. */
  readonly neighbour: 'has_it' | 'left_it' | undefined
}

export type MissingVerdict =
  | { readonly finding: Finding }
  /** It is still open, on both sides. */
  | 'unsettled'
  /** So short before midnight that the next bill may have it. */
  | 'next_day'
  /** No bill of this day has to know it. */
  | 'none'

/** @throws ChannelError when WeChat had to be asked and did not answer. */
export function judgeMissing(deps: JudgeDeps, missing: Missing, call: CallOptions): Promise<MissingVerdict> {
  const number = parseRefundPointerKey(missing.key)
  return number === undefined
    ? missingOrder(deps, missing, call)
    : missingRefund(deps, { ...missing, number }, call)
}

async function missingOrder(deps: JudgeDeps, missing: Missing, call: CallOptions): Promise<MissingVerdict> {
  const order = await deps.orders.get(missing.key)
  if (order === undefined || missing.neighbour === 'has_it') return 'none'
  if (isUnpaid(order)) return unsettledOrder(deps, order, call)
  const ours = dayOf(order)
  if (ours?.billed === undefined) return 'none'
  if (ours.day !== missing.day && missing.neighbour !== 'left_it') return 'none'
  const told = await ifKnown(() => deps.channel.queryOrder(order.out_trade_no, call))
  const time = told === undefined ? undefined : paidTimeOf(order, told)
  const side = missing.neighbour === 'left_it' || time === undefined ? 'within' : sideOf(time, missing.day)
  if (side === 'shortly_before_end') return 'next_day'
  if (side === 'outside') return 'none'
  return { finding: await heldPayment(deps, { order, told, missing }) }
}

/** When WeChat says that it was paid, if it tells of the payment that we have. */
function paidTimeOf(order: Order, told: Transaction): string | undefined {
  const { transaction_id, amount, success_time } = told
  const same = transaction_id === order.transaction_id && amount?.total === order.amount.total
  return same ? success_time : undefined
}

interface HeldPayment {
  readonly order: Order
  readonly told: Transaction | undefined
  readonly missing: Missing
}

async function heldPayment(deps: JudgeDeps, { order, told, missing }: HeldPayment): Promise<Finding> {
  const { out_trade_no, transaction_id, amount } = order
  const fact = told && factOfTransaction(told, { source: 'query', received_at: deps.clock.now() })
  if (fact !== undefined) await record(deps, order, fact)
  const matter = `${missing.day} payment only_with_us`
  const note = `bill of ${missing.day}: it does not have the payment`
  const outcome = await holdFor(deps, (await deps.orders.get(order.order_key)) ?? order, { matter, note })
  const numbers = transaction_id === undefined ? {} : { transaction_id }
  return {
    kind: 'payment',
    difference: 'only_with_us',
    outcome,
    out_trade_no,
    ...numbers,
    booked: amount.total,
  }
}

/** The bill cannot know it; but nobody may have asked about it either. */
async function unsettledOrder(deps: JudgeDeps, order: Order, call: CallOptions): Promise<MissingVerdict> {
  const { out_trade_no } = order
  const told = await ifKnown(() => deps.channel.queryOrder(out_trade_no, call))
  const fact = told && factOfTransaction(told, { source: 'query', received_at: deps.clock.now() })
  if (fact === undefined) return 'unsettled'
  return learned(deps, { order, fact, finding: { kind: 'payment', out_trade_no } })
}

interface Learning {
  readonly order: Order
  readonly fact: Fact
  readonly finding: Omit<Finding, 'difference' | 'outcome'>
}

async function learned(deps: JudgeDeps, { order, fact, finding }: Learning): Promise<MissingVerdict> {
  const outcome = await record(deps, order, fact)
  return outcome === 'confirmed'
    ? 'unsettled'
    : { finding: { ...finding, difference: 'state_differs', outcome } }
}

interface MissingRefund extends Missing {
  readonly number: string
}

async function missingRefund(
  deps: JudgeDeps,
  { number, ...missing }: MissingRefund,
  call: CallOptions,
): Promise<MissingVerdict> {
  const orderKey = await deps.orders.findByRefundNumber(deps.mchid, number)
  const order = orderKey === undefined ? undefined : await deps.orders.get(orderKey)
  const refund = order === undefined ? undefined : refundOf(order, number)
  if (order === undefined || refund === undefined || missing.neighbour === 'has_it') return 'none'
  if (refund.status === 'FAILED' && !isDoubted(refund)) return 'none'
  const told = await ifKnown(() =>
    deps.channel.queryRefund(number, { ...call, outTradeNo: order.out_trade_no }),
  )
  const open = isWaiting(refund) || isDoubted(refund)
  if (told === undefined && open) return 'unsettled'
  if (told !== undefined && open) {
    const fact = factOfRefund(deps.mchid, told, { source: 'query', received_at: deps.clock.now() })
    return learned(deps, { order, fact, finding: describeRefund(order, refund) })
  }
  const side = missing.neighbour === 'left_it' ? 'within' : sideOfRefund(told, missing.day)
  if (side === 'shortly_before_end') return 'next_day'
  if (side === 'outside') return 'none'
  const matter = `${missing.day} refund ${number} only_with_us`
  const note = `bill of ${missing.day}: it does not have the refund ${number}`
  const outcome = await holdFor(deps, order, { matter, note })
  return { finding: { ...describeRefund(order, refund), difference: 'only_with_us', outcome } }
}

/** WeChat may have accepted it on another day than we asked for it. */
function sideOfRefund(told: ChannelRefund | undefined, day: string): ReturnType<typeof sideOf> {
  const time = told?.create_time
  return time === undefined ? 'within' : sideOf(time, day)
}

function describeRefund(
  { out_trade_no }: Order,
  { out_refund_no, amount }: Refund,
): Omit<Finding, 'difference' | 'outcome'> {
  return { kind: 'refund', out_trade_no, out_refund_no, booked: amount }
}
