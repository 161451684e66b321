/**
 * When the sweep should look at an order again: WeChat's advised plans as a function of age alone, so that no counter
 * has to be kept (orders: doc merchant/4012075249; refunds: doc merchant/4014959631).
 */
import { attemptedAt } from './order.ts'
import type { Order, Refund } from './order.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** WeChat's default last moment to pay. */
export const DEFAULT_EXPIRY_MS = 7 * DAY

const UNPAID_PLAN: readonly number[] = [
  5 * SECOND,
  30 * SECOND,
  MINUTE,
  3 * MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  30 * MINUTE,
  HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
]
const REFUND_PLAN: readonly number[] = [
  MINUTE,
  2 * MINUTE,
  3 * MINUTE,
  4 * MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  20 * MINUTE,
  40 * MINUTE,
]
const REFUND_TAIL = 30 * MINUTE
/** From when it FAILED. */
const DOUBT_PLAN: readonly number[] = [HOUR, 6 * HOUR, DAY, 7 * DAY]

/** Epoch ms of the next look at the order, or undefined when nothing about it is open. `now` counts as the last look. */
export function nextCheckAt(order: Order, now: number): number | undefined {
  const times = Object.values(order.refunds).flatMap((refund) => refundLook(refund, now))
  if (order.status === 'CREATED' || order.status === 'AWAITING_PAYMENT') {
    const planned = nextPoint({ start: order.created_at, plan: UNPAID_PLAN, tail: DAY, now })
    const expiry = expiresAt(order)
    times.push(now < expiry ? Math.min(planned, expiry) : planned)
  }
  return times.length === 0 ? undefined : Math.min(...times)
}

/** Epoch ms of the last moment to pay. */
export function expiresAt(order: Order): number {
  return order.time_expire === undefined
    ? order.created_at + DEFAULT_EXPIRY_MS
    : Date.parse(order.time_expire)
}

/** Whether the outcome of a refund is still to be learned from WeChat. */
export function isOpen({ status }: Refund): boolean {
  return status === 'REQUESTED' || status === 'UNKNOWN' || status === 'PROCESSING' || status === 'ABNORMAL'
}

/** Whether it FAILED after an unknown outcome: WeChat may have it, though its queries do not show it yet. */
export function isDoubted({ status, in_doubt }: Refund): boolean {
  return status === 'FAILED' && in_doubt === true
}

/** The next look at a refund, or none. */
function refundLook(refund: Refund, now: number): number[] {
  if (isOpen(refund))
    return [nextPoint({ start: attemptedAt(refund), plan: REFUND_PLAN, tail: REFUND_TAIL, now })]
  if (!isDoubted(refund)) return []
  return DOUBT_PLAN.map((offset) => refund.updated_at + offset)
    .filter((time) => time > now)
    .slice(0, 1)
}

function nextPoint({
  start,
  plan,
  tail,
  now,
}: {
  start: number
  plan: readonly number[]
  tail: number
  now: number
}): number {
  const planned = plan.map((offset) => start + offset).find((time) => time > now)
  if (planned !== undefined) return planned
  const end = start + (plan.at(-1) ?? 0)
  return end + (Math.floor((now - end) / tail) + 1) * tail
}
