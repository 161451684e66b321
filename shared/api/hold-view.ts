/** The answer to a hold: the order, and what the hold came too late for. */
import * as v from 'valibot'
import { isWaiting } from '#shared/orders/order.ts'
import type { Order } from '#shared/orders/order.ts'
import { orderView, OrderViewSchema } from './order-view.ts'

export const HoldViewSchema = v.object({
  ...OrderViewSchema.entries,
  /** Numbers of refunds that were sent, or were about to be, before the hold: they may still go out. */
  refunds_not_stopped: v.array(v.string()),
})
export type HoldView = v.InferOutput<typeof HoldViewSchema>

export function holdView(order: Order): HoldView {
  const sent = Object.values(order.refunds).filter(
    (refund) => isWaiting(refund) && refund.approval === undefined,
  )
  return { ...orderView(order), refunds_not_stopped: sent.map(({ out_refund_no }) => out_refund_no) }
}
