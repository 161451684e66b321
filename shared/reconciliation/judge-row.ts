/** The verdict on a row of the bill that our books do not have as it stands, and what follows from it. */
import type { TradeRow } from '#shared/orders/bill-channel.ts'
import { factOfRefund, factOfTransaction } from '#shared/facts/facts-of.ts'
import { orderKey } from '#shared/orders/order-key.ts'
import { refundOf } from '#shared/orders/order.ts'
import type { Order } from '#shared/orders/order.ts'
import type { LearnDeps } from '#shared/orders/learn-fact.ts'
import type { CallOptions, PaymentChannel } from '#shared/orders/payment-channel.ts'
import { ifKnown } from '#shared/payments/learn-payment.ts'
import { differenceOf } from './compare.ts'
import type { PaymentRow, RefundRow } from './compare.ts'
import type { Difference, Finding, FindingOutcome } from './finding.ts'
import { factOfRow, holdFor, record } from './record.ts'

export interface JudgeDeps extends LearnDeps {
  readonly mchid: string
  readonly channel: Pick<PaymentChannel, 'queryOrder' | 'queryRefund'>
}

interface Judged<Row extends TradeRow = TradeRow> {
  readonly row: Row
  readonly order: Order | undefined
  readonly difference: Difference
}

/**
 * The order is read anew: what was brought in order meanwhile is no difference any more.
 *
 * @throws ChannelError when WeChat had to be asked and did not answer.
 */
export async function judgeRow(
  deps: JudgeDeps,
  { day, row }: { readonly day: string; readonly row: TradeRow },
  call: CallOptions,
): Promise<Finding | undefined> {
  const order = await deps.orders.get(orderKey(deps.mchid, row.out_trade_no))
  const difference = differenceOf(row, order)
  if (difference === undefined) return undefined
  const finding = { ...describe(row, order), difference }
  const matter = `${day} ${finding.kind} ${finding.out_refund_no ?? ''} ${difference}`
  const hold = (note: string) => holdFor(deps, order, { matter, note: `bill of ${day}: ${note}` })
  const outcome = await outcomeOf({ deps, judged: { row, order, difference }, hold, call })
  return { ...finding, outcome }
}

/** What is known of a finding before anything is made of it. */
export function describe(row: TradeRow, order: Order | undefined): Omit<Finding, 'difference' | 'outcome'> {
  const { out_trade_no, transaction_id } = row
  if (row.kind === 'refund') {
    const refund = order === undefined ? undefined : refundOf(order, row.out_refund_no)
    return {
      kind: 'refund',
      out_trade_no,
      out_refund_no: row.out_refund_no,
      transaction_id,
      billed: row.refund,
      ...(refund === undefined ? {} : { booked: refund.amount }),
    }
  }
  const booked = order?.books.ours.asked?.amount.total
  return {
    kind: 'payment',
    out_trade_no,
    transaction_id,
    ...(row.kind === 'payment' ? { billed: row.total } : {}),
    ...(booked === undefined ? {} : { booked }),
  }
}

interface Verdict {
  readonly deps: JudgeDeps
  readonly judged: Judged
  readonly hold: (note: string) => Promise<FindingOutcome>
  readonly call: CallOptions
}

function outcomeOf({ judged: { row, ...rest }, ...verdict }: Verdict): Promise<FindingOutcome> {
  switch (row.kind) {
    case 'payment':
      return paymentOutcome(verdict, { row, ...rest })
    case 'refund':
      return refundOutcome(verdict, { row, ...rest })
    case 'other':
      return reversalOutcome(verdict, { row, ...rest })
  }
}

type Means = Omit<Verdict, 'judged'>

/** The bill is WeChat's word like any other. */
async function paymentOutcome(means: Means, { row, order }: Judged<PaymentRow>): Promise<FindingOutcome> {
  const fact = factOfRow(row, means.deps.clock.now()) ?? (await queried(means, row))
  if (fact !== undefined) return record(means.deps, order, fact)
  return means.hold('it names no application, and WeChat does not tell of the payment')
}

async function queried({ deps, call }: Means, { out_trade_no }: TradeRow) {
  const told = await ifKnown(() => deps.channel.queryOrder(out_trade_no, call))
  return told && factOfTransaction(told, { source: 'query', received_at: deps.clock.now() })
}

/** A row is a snapshot that is never corrected: how the refund stands is asked for. */
async function refundOutcome(
  { deps, hold, call }: Means,
  { row, order }: Judged<RefundRow>,
): Promise<FindingOutcome> {
  const { out_refund_no, out_trade_no: outTradeNo } = row
  const told = await ifKnown(() => deps.channel.queryRefund(out_refund_no, { ...call, outTradeNo }))
  if (told === undefined) return hold(`WeChat does not know the refund ${row.out_refund_no} that it lists`)
  const fact = factOfRefund(deps.mchid, told, { source: 'query', received_at: deps.clock.now() })
  const outcome = await record(deps, order, fact)
  if (told.amount.refund === row.refund) return outcome
  return hold(`it lists the refund ${row.out_refund_no} with another amount than WeChat tells`)
}

async function reversalOutcome(means: Means, { row }: Judged): Promise<FindingOutcome> {
  const fact = await queried(means, row)
  if (fact?.payment?.transaction_id === row.transaction_id) return 'confirmed'
  return means.hold('the payment was reversed')
}
