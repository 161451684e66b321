/**
 * When the sweep should look at an order again: WeChat's advised plans as a function of age alone, so that no counter
 * has to be kept (orders: doc merchant/4012075249; refunds: doc merchant/4014959631).
 */
import type { Look } from '#shared/ledger/look-plan.ts'
import { attemptedAt } from './order.ts'
import type { Order, Refund } from './order.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** The payer may still be on it; later, most orders are abandoned. */
const YOUNG_MS = HOUR
/** WeChat's default last moment to pay. */
export const DEFAULT_EXPIRY_MS = 7 * DAY

const UNPAID_PLAN: Plan = {
  points: [
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
  ],
  tail: DAY,
}
const REFUND_POINTS: readonly number[] = [1, 2, 3, 4, 5, 10, 20, 40].map((minutes) => minutes * MINUTE)
/** Money that may or may not be on its way: asked for until it is known. */
const UNKNOWN_PLAN: Plan = { points: REFUND_POINTS, tail: 30 * MINUTE }
/** WeChat has it, and most end within minutes; one that takes days does not end sooner for being asked often. */
const ACCEPTED_PLAN: Plan = {
  points: [
    ...REFUND_POINTS,
    ...every(30 * MINUTE, { from: HOUR, to: DAY }),
    ...every(2 * HOUR, { from: DAY + 2 * HOUR, to: 3 * DAY }),
  ],
  tail: 6 * HOUR,
}

/** From when it FAILED. */
const DOUBT_PLAN: readonly number[] = [HOUR, 6 * HOUR, DAY, 7 * DAY]

interface Plan {
  /** Offsets from the start, rising. */
  readonly points: readonly number[]
  /** Repeated after the last of them. */
  readonly tail: number
}

/** The next look at the order, or undefined when nothing about it is open. `now` (epoch ms) counts as the last look. */
export function nextLook(order: Order, now: number): Look | undefined {
  const looks = Object.values(order.refunds).flatMap((refund) => refundLook(refund, now))
  if (order.status === 'CREATED' || order.status === 'AWAITING_PAYMENT') {
    const planned = nextPoint({ start: order.created_at, plan: UNPAID_PLAN, now })
    const expiry = expiresAt(order)
    const young = now - order.created_at < YOUNG_MS
    looks.push({
      class: young ? 'unpaid_young' : 'late',
      at: now < expiry ? Math.min(planned, expiry) : planned,
    })
  }
  return looks.reduce<Look | undefined>(
    (first, look) => (first === undefined || look.at < first.at ? look : first),
    undefined,
  )
}

/** Epoch ms of the next look. */
export function nextCheckAt(order: Order, now: number): number | undefined {
  return nextLook(order, now)?.at
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
function refundLook(refund: Refund, now: number): Look[] {
  const start = attemptedAt(refund)
  if (isOpen(refund)) {
    const accepted = refund.status === 'PROCESSING' || refund.status === 'ABNORMAL'
    const plan = accepted ? ACCEPTED_PLAN : UNKNOWN_PLAN
    return [{ class: accepted ? 'refund_open' : 'refund_unknown', at: nextPoint({ start, plan, now }) }]
  }
  if (!isDoubted(refund)) return []
  return DOUBT_PLAN.map((offset) => ({ class: 'late', at: refund.updated_at + offset }) as const)
    .filter(({ at }) => at > now)
    .slice(0, 1)
}

function nextPoint({
  start,
  plan: { points, tail },
  now,
}: {
  readonly start: number
  readonly plan: Plan
  readonly now: number
}): number {
  const planned = points.map((offset) => start + offset).find((time) => time > now)
  if (planned !== undefined) return planned
  const end = start + (points.at(-1) ?? 0)
  return end + (Math.floor((now - end) / tail) + 1) * tail
}

function every(step: number, { from, to }: { readonly from: number; readonly to: number }): number[] {
  return Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => from + index * step)
}
