/** What stands in a trade bill: payments by when they succeeded, refunds by when they were accepted, with their state as of that morning. */
import type { BillDay } from './bill-day.ts'
import { fee } from './fees.ts'
import { refundsOfOrder } from './ledger.ts'
import type { Ledger, Order, Payment, Refund, RefundStatus } from './ledger.ts'
import { refundShares } from './views.ts'

interface Common {
  readonly at: number
  readonly order: Order
  readonly payment: Payment
  /** What WeChat takes, or gives back: fen, negative of refunds. */
  readonly fee: number
}

export type TradeRow =
  | (Common & { readonly kind: 'payment' })
  | (Common & {
      readonly kind: 'refund'
      readonly refund: Refund
      readonly status: RefundStatus
      /** When it had succeeded, where that was before the snapshot. */
      readonly succeededAt: number | undefined
      /** The part that goes back into coupons, fen. */
      readonly couponPart: number
    })

/** Whose orders: all of the merchant, or of one of its sub-merchants. */
export interface Whose {
  readonly mchid: string
  readonly subMchid: string | undefined
}

/** Every payment and refund of a day, oldest first. */
export function tradeRows(ledger: Ledger, day: BillDay, whose: Whose): readonly TradeRow[] {
  const isIn = (at: number): boolean => at >= day.from && at < day.to
  return [...ledger.orders.values()]
    .filter(({ request: { mchid, sub } }) => {
      const isTheirs = whose.subMchid === undefined || sub?.mchid === whose.subMchid
      return mchid === whose.mchid && isTheirs
    })
    .flatMap((order) => rowsOf(ledger, order, day))
    .filter(({ at }) => isIn(at))
    .toSorted((a, b) => a.at - b.at)
}

function rowsOf(ledger: Ledger, order: Order, day: BillDay): readonly TradeRow[] {
  const { payment, request } = order
  if (payment === undefined) return []
  const { total } = request.amount
  const refunds = refundsOfOrder(ledger, request.out_trade_no)
  return [
    { kind: 'payment', at: payment.paidAt, order, payment, fee: fee(total) },
    ...refunds.map((refund) => refundRow(refund, { order, payment, day })),
  ]
}

interface Refunded {
  readonly order: Order
  readonly payment: Payment
  readonly day: BillDay
}

function refundRow(refund: Refund, { order, payment, day }: Refunded): TradeRow {
  const known = refund.history.filter(({ at }) => at < day.snapshotAt)
  const shares = refundShares(refund, order)
  return {
    kind: 'refund',
    at: refund.createdAt,
    order,
    payment,
    fee: -fee(refund.request.amount.refund),
    refund,
    status: known.at(-1)?.status ?? 'PROCESSING',
    succeededAt: known.find(({ status }) => status === 'SUCCESS')?.at,
    couponPart: shares.refund - shares.payer_refund,
  }
}
