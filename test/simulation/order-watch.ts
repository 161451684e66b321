/** Watches every committed write of an order: what it may change, and what must hold after it (I2, I4, I5). */
import { refundOf } from '#shared/orders/order.ts'
import { isHeld } from '#shared/orders/order.ts'
import type { Order, OrderStatus, Refund, RefundStatus } from '#shared/orders/order.ts'
import type { Violations } from './violations.ts'

const ORDER_STEPS: Readonly<Record<OrderStatus, readonly OrderStatus[]>> = {
  CREATED: ['AWAITING_PAYMENT', 'PAID', 'CLOSED', 'REJECTED'],
  AWAITING_PAYMENT: ['PAID', 'CLOSED'],
  REJECTED: ['CREATED', 'AWAITING_PAYMENT'],
  CLOSED: ['PAID'],
  PAID: [],
  UNRECOGNIZED: [],
}
const REFUND_STEPS: Readonly<Record<RefundStatus, readonly RefundStatus[]>> = {
  REQUESTED: ['PROCESSING', 'UNKNOWN', 'FAILED', 'SUCCESS', 'CLOSED', 'ABNORMAL'],
  UNKNOWN: ['PROCESSING', 'FAILED', 'SUCCESS', 'CLOSED', 'ABNORMAL'],
  PROCESSING: ['SUCCESS', 'CLOSED', 'ABNORMAL'],
  ABNORMAL: ['SUCCESS', 'CLOSED'],
  FAILED: ['REQUESTED', 'PROCESSING', 'SUCCESS', 'CLOSED', 'ABNORMAL'],
  SUCCESS: [],
  CLOSED: [],
}

/** A refund may only have been given up when queries lagged longer than we wait. */
const WAIT_MS = 30 * 60_000
function givenUpEarly(
  { in_doubt, refused_at = 0, updated_at, failure_code }: Refund,
  now: RefundStatus,
): boolean {
  if (now === 'REQUESTED') return failure_code !== 'NOT_ENOUGH'
  return in_doubt !== true || updated_at - refused_at < WAIT_MS
}

export interface OrderWatch {
  readonly orders: ReadonlyMap<string, Order>
  saved(order: Order): void
}

export function createOrderWatch({ report }: Violations): OrderWatch {
  const orders = new Map<string, Order>()

  function checkRefunds(before: Order | undefined, after: Order): void {
    for (const old of Object.values(before?.refunds ?? {})) {
      const status = refundOf(after, old.out_refund_no)?.status
      if (status === undefined) report('I2', `refund ${old.out_refund_no} disappeared`)
      else if (status !== old.status && !REFUND_STEPS[old.status].includes(status))
        report('I5', `refund ${old.out_refund_no} went from ${old.status} to ${status}`)
      else if (status !== old.status && old.status === 'FAILED' && givenUpEarly(old, status))
        report('I5', `refund ${old.out_refund_no} was FAILED too early and is ${status}`)
    }
  }

  function checkOutcomes(before: Order | undefined, after: Order): void {
    const known = before?.outcomes ?? {}
    for (const [factKey, outcome] of Object.entries(known)) {
      const now = after.outcomes[factKey]
      if (now?.result !== outcome.result) report('I2', `what ${factKey} did was forgotten or changed`)
    }
    const added = Object.keys(after.outcomes).length - Object.keys(known).length
    if (added > 1) report('I2', `${added} facts in one write`)
    const terminal = after.status !== before?.status && (after.status === 'PAID' || after.status === 'CLOSED')
    if (terminal && added !== 1) report('I2', `became ${after.status} without a fact`)
  }

  function checkMoney(order: Order): void {
    const { amount, refundable, refunds } = order
    const live = Object.values(refunds)
      .filter(({ status }) => status !== 'FAILED' && status !== 'CLOSED')
      .reduce((sum, refund) => sum + refund.amount, 0)
    if (live > amount.total && !isHeld(order)) report('I4', `refunds of ${live} exceed ${amount.total}`)
    if (refundable !== Math.max(0, amount.total - live))
      report('I4', `refundable is ${refundable}, not ${amount.total} - ${live}`)
  }

  return {
    orders,
    saved(order) {
      const before = orders.get(order.order_key)
      if (
        before !== undefined &&
        before.status !== order.status &&
        !ORDER_STEPS[before.status].includes(order.status)
      )
        report('I5', `the order went from ${before.status} to ${order.status}`)
      checkRefunds(before, order)
      checkOutcomes(before, order)
      if (order.status !== 'UNRECOGNIZED') checkMoney(order)
      orders.set(order.order_key, order)
    },
  }
}
