/** The answer to a hold: the order, and what the hold came too late for. */
import { isWaiting } from '#shared/orders/order.ts'
import type { Order } from '#shared/orders/order.ts'
import type { HoldView } from './hold-view-schema.ts'
import { orderView } from './order-view.ts'

export type { HoldView }

export function holdView(order: Order): HoldView {
  const sent = Object.values(order.refunds).filter(
    (refund) => isWaiting(refund) && refund.approval === undefined,
  )
  return { ...orderView(order), refunds_not_stopped: sent.map(({ out_refund_no }) => out_refund_no) }
}
