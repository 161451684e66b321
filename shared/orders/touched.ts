/** The last step of every change of an order: the next version, the time, and when to look at it again. */
import { nextLook } from './check-plan.ts'
import type { Order } from './order.ts'

/**
 * Gives the order as it is to be saved. `now`: epoch ms. A look that is due, or planned for sooner, stays where it is: a change
 * is no look.
 */
export function touched(order: Order, now: number): Order {
  const { next_check_at: planned, next_check_class: _, ...rest } = order
  const changed = { ...rest, version: order.version + 1, updated_at: now }
  const next = nextLook(changed, now)
  if (next === undefined) return changed
  return {
    ...changed,
    next_check_at: planned === undefined ? next.at : Math.min(planned, next.at),
    next_check_class: next.class,
  }
}
