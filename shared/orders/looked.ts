/** An order after a look of the sweep: when the next one is. A look is no change of the order. */
import { nextLookAt } from './changed.ts'
import type { Order } from './order.ts'

const MINUTE = 60_000
/** WeChat, or what it takes to ask it, may be back at any moment. */
const LONGEST_WITHOUT_ANSWER = 8
/** Only keeps the number small: the plan ends the waiting long before. */
const MOST_DOUBLINGS = 20

/**
 * The look was answered.
 *
 * @param options.known false when WeChat does not know the order: then it does not stand in the way of those that it may know.
 */
export function looked(order: Order, now: number, { known }: { readonly known: boolean }): Order {
  const { failed_looks: _, ...rest } = unplanned(order)
  const next = nextLookAt(rest, now)
  if (next === undefined) return rest
  const late = next.class === 'unpaid_young' && !known
  return { ...rest, next_check_at: next.at, next_check_class: late ? 'late' : next.class }
}

/**
 * The look failed: it stays to be made, a minute later, then two, four and so on, and never later than the next one was planned.
 *
 * @param options.refused whether WeChat answered, if only that it would not do it: then it may say so for ever.
 */
export function lookFailed(order: Order, now: number, { refused }: { readonly refused: boolean }): Order {
  const failed = order.failed_looks ?? 0
  const rest = unplanned(order)
  const next = nextLookAt(rest, now)
  if (next === undefined) return rest
  const minutes = 2 ** Math.min(failed, MOST_DOUBLINGS)
  const wait = MINUTE * (refused ? minutes : Math.min(minutes, LONGEST_WITHOUT_ANSWER))
  return {
    ...rest,
    failed_looks: failed + 1,
    next_check_at: Math.min(next.at, now + wait),
    next_check_class: next.class,
  }
}

/** The claim lasts to its end, and its name is of no more use: every byte of an order is written again and again. */
function unplanned(order: Order): Order {
  const { next_check_at: _at, next_check_class: _class, claim_id: _claim, ...rest } = order
  return { ...rest, version: order.version + 1 }
}
