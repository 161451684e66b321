/** The last step of every change of an order: the next version, the time, and when to look at it again. */
import { nextCheckAt } from './check-plan.ts'
import type { Order } from './order.ts'

/** Gives the order as it is to be saved. `now`: epoch ms. */
export function touched(order: Order, now: number): Order {
  const { next_check_at: _, ...rest } = order
  const changed = { ...rest, version: order.version + 1, updated_at: now }
  const next = nextCheckAt(changed, now)
  return next === undefined ? changed : { ...changed, next_check_at: next }
}
