/** Compares a row of the bill with the order that it is about. Pure; fees are compared with nothing. */
import type { TradeRow } from '#shared/orders/bill-channel.ts'
import { isHeld, refundOf } from '#shared/orders/order.ts'
import type { Order, Refund } from '#shared/orders/order.ts'
import type { RefundStatus } from '#shared/ledger/words.ts'
import type { Difference } from './finding.ts'

export type PaymentRow = Extract<TradeRow, { kind: 'payment' }>
export type RefundRow = Extract<TradeRow, { kind: 'refund' }>
type OtherRow = Extract<TradeRow, { kind: 'other' }>

/** @returns undefined where the books say what the row says. */
export function differenceOf(row: TradeRow, order: Order | undefined): Difference | undefined {
  switch (row.kind) {
    case 'payment':
      return paymentDifference(row, order)
    case 'refund':
      return refundDifference(row, order === undefined ? undefined : refundOf(order, row.out_refund_no))
    case 'other':
      return reversalDifference(row, order)
  }
}

/** What WeChat told before is known, also while it does not fit: then the order is held, or a person has let it pass. */
function paymentDifference(row: PaymentRow, order: Order | undefined): Difference | undefined {
  if (order === undefined) return 'only_at_wechat'
  const { said, ours } = order.books
  const told = said.payments.filter(({ transaction_id }) => transaction_id === row.transaction_id)
  const same = told.find(({ amount }) => amount.total === row.total)
  const asked = ours.asked?.amount.total
  if (same === undefined)
    return told.length > 0 || (asked !== undefined && asked !== row.total)
      ? 'amount_differs'
      : 'only_at_wechat'
  if (order.status === 'PAID' || !isHeld(order)) return undefined
  return asked !== undefined && asked !== row.total ? 'amount_differs' : 'only_at_wechat'
}

function refundDifference(row: RefundRow, refund: Refund | undefined): Difference | undefined {
  if (refund === undefined) return 'only_at_wechat'
  if (refund.amount !== row.refund) return 'amount_differs'
  return fits(row.refund_status, refund.status) ? undefined : 'state_differs'
}

/**
 * A row is a snapshot of the morning after, in words of its own (doc merchant/4013071235): what has not ended there may have ended
 * since, or go on for days.
 */
const FITTING: Readonly<Record<string, readonly RefundStatus[]>> = {
  PROCESSING: ['PROCESSING', 'ABNORMAL', 'SUCCESS', 'CLOSED'],
  SUCCESS: ['SUCCESS'],
  FAIL: ['CLOSED'],
  CHANGE: ['ABNORMAL', 'SUCCESS', 'CLOSED'],
}

function fits(told: string | undefined, status: RefundStatus): boolean {
  return (FITTING[told ?? 'PROCESSING'] ?? []).includes(status)
}

/** A payment that was reversed, or whose state nobody here knows: it must not count as paid without WeChat being asked. */
function reversalDifference(_row: OtherRow, order: Order | undefined): Difference | undefined {
  return order?.status === 'PAID' ? 'state_differs' : undefined
}
