/**
 * When the sweep should look at an order again: plans as functions of age alone, so that no counter has to be kept (orders:
 * doc merchant/4012075249; refunds: doc merchant/4014959631).
 */
import { lazy } from '#shared/lazy.ts'
import { approvalIsAsked, approvedAt } from './approval.ts'
import { isUnfreezeOpen } from './unfreeze.ts'
import type { Books } from './books.ts'
import type { Folded } from './fold.ts'
import { namedOnly, REFUNDS_UNKNOWN } from './fold-elsewhere.ts'
import type { FoldedRefund } from './fold-refunds.ts'
import { standingWords, wordHold } from './fold-words.ts'
import { DAY, every, HOUR, MINUTE, type Plan, pointAfter, SECOND } from './plan.ts'

/** WeChat's default last moment to pay. */
const DEFAULT_EXPIRY_MS = 7 * DAY
/**
 * WeChat decides by its own clock until when it takes a payment, and raises a time that is too near: what is closed by ours
 * alone would be taken from a payer who is just typing a password. As much as clocks may differ at all.
 */
const CLOSE_MARGIN_MS = 5 * MINUTE
/** The payer may still be on it; later, most orders are abandoned. */
const YOUNG_MS = HOUR

/**
 * What a look is for; the sweep shares its time between them.
 *
 * - `refund_unknown`: money that may or may not be on its way, or a refund whose payment was never told.
 * - `unpaid_young`: somebody may be paying just now.
 * - `refund_open`: just sent to WeChat, or accepted by it and not at its end.
 * - `late`: abandoned orders, and what is only watched in case that WeChat changes its word.
 */
export const LOOK_CLASSES = ['refund_unknown', 'unpaid_young', 'refund_open', 'late'] as const
export type LookClass = (typeof LOOK_CLASSES)[number]

export interface Look {
  readonly class: LookClass
  /** Epoch ms. */
  readonly at: number
}

export interface Watched extends Books {
  readonly created_at: number
  readonly time_expire?: string
  /** When what is known of it alone, and may not be published yet, was told (epoch ms). */
  readonly untold?: readonly number[]
}

/** The first look of the plan; a stage may make it later. */
export const FIRST_LOOK_MS = 5 * SECOND
const UNPAID_PLAN: Plan = {
  points: [
    FIRST_LOOK_MS,
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
const FIRST_REFUND_LOOK_MS = MINUTE
const REFUND_POINTS = [1, 2, 3, 4, 5, 10, 20, 40].map((minutes) => minutes * MINUTE)
const UNKNOWN_PLAN: Plan = { points: REFUND_POINTS, tail: 30 * MINUTE }
/** WeChat ends a refund within days; one that is ABNORMAL waits for a person. Made with the first refund that is under way. */
const openPlan = lazy((): Plan => ({
  points: [
    ...REFUND_POINTS,
    ...every(30 * MINUTE, { from: HOUR, to: DAY }),
    ...every(2 * HOUR, { from: DAY + 2 * HOUR, to: 3 * DAY }),
    ...every(6 * HOUR, { from: 3 * DAY + 6 * HOUR, to: 30 * DAY }),
  ],
  tail: DAY,
}))
/** WeChat may have taken it after all: its answers were lost and its queries lagged behind. */
const FAILED_PLAN: Plan = { points: [HOUR, 6 * HOUR, DAY, 7 * DAY] }
/** A payment may have won against the close with all its notifications lost; after these looks the daily bill tells. */
const CLOSED_PLAN: Plan = { points: [5 * MINUTE, HOUR, DAY] }
/** Of a state that is not known here and looks final: WeChat may tell a known one soon, or never. */
const UNCLEAR_PLAN: Plan = { points: [MINUTE, 5 * MINUTE, 30 * MINUTE, HOUR, 6 * HOUR], tail: DAY }
const APPROVED_PLAN: Plan = { points: [SECOND, ...REFUND_POINTS], tail: 30 * MINUTE }
/** From the first telling of the refund: the payment that it proves, or its amount, is asked for at once, then ever less often. */
const UNPROVEN_PLAN: Plan = { points: [SECOND, MINUTE, 5 * MINUTE, 30 * MINUTE, HOUR, 6 * HOUR], tail: DAY }

/** The next look at the order, or undefined when nothing about it is open. `now` (epoch ms) counts as the last look. */
export function nextLook(order: Watched, folded: Folded, now: number): Look | undefined {
  const looks = [
    ...[...folded.refunds.values()].flatMap((refund) =>
      refund.approval === undefined || refund.approval === 'refused'
        ? refundLook(refund, now)
        : approvalLook(order, refund, now),
    ),
    ...paymentLook(order, folded, now),
    ...unfreezeLook(order, now),
    ...unclearLooks(order, folded, now),
    ...namedLooks(order, folded, now),
    ...untoldLooks(order, now),
  ]
  return looks.reduce<Look | undefined>(
    (first, look) => (first === undefined || look.at < first.at ? look : first),
    undefined,
  )
}

/** Epoch ms of the last moment to pay. */
export function expiresAt({ created_at, time_expire }: Pick<Watched, 'created_at' | 'time_expire'>): number {
  return time_expire === undefined ? created_at + DEFAULT_EXPIRY_MS : Date.parse(time_expire)
}

/** Epoch ms of when an order that nobody paid is closed. */
export function closesAt(order: Pick<Watched, 'created_at' | 'time_expire'>): number {
  return expiresAt(order) + CLOSE_MARGIN_MS
}

/**
 * One that was approved is to be sent at once. One that waits is looked at when its deadlines pass, and before that only if a crash
 * kept it from being told of.
 */
function approvalLook(
  order: Watched,
  { approval, reservation, created_at }: FoldedRefund,
  now: number,
): Look[] {
  if (reservation?.approval === undefined) return []
  if (approval === 'approved')
    return look('refund_unknown', { start: approvedAt(order, reservation), plan: APPROVED_PLAN, now })
  const asked = approvalIsAsked(order, reservation)
  const { remind_at, pause_at } = reservation.approval
  const points = [...(asked ? [] : REFUND_POINTS), remind_at - created_at, pause_at - created_at]
  return look('refund_unknown', {
    start: created_at,
    plan: { points: points.toSorted((a, b) => a - b), tail: 30 * MINUTE },
    now,
  })
}

function refundLook(refund: FoldedRefund, now: number): Look[] {
  const { status, reservation, created_at } = refund
  if (status === 'REQUESTED' || status === 'UNKNOWN') {
    const kind = isBeingSent(refund, now) ? 'refund_open' : 'refund_unknown'
    return look(kind, { start: sentAt(refund), plan: UNKNOWN_PLAN, now })
  }
  if (status === 'PROCESSING' || status === 'ABNORMAL')
    return look('refund_open', { start: created_at, plan: openPlan(), now })
  const doubted = status === 'FAILED' && reservation?.in_doubt === true
  const start = reservation?.failed_at ?? reservation?.attempted_at ?? created_at
  return doubted ? look('late', { start, plan: FAILED_PLAN, now }) : []
}

/**
 * Mostly WeChat's answer is there long before the first look, which is then made for a refund that is under way: it stays where it
 * is, since to move an entry of the index costs two units of every refund. Whatever ends the sending otherwise moves it.
 */
function isBeingSent(refund: FoldedRefund, now: number): boolean {
  const { status, reservation } = refund
  return (
    status === 'REQUESTED' && reservation?.in_doubt !== true && now < sentAt(refund) + FIRST_REFUND_LOOK_MS
  )
}

function sentAt({ reservation, created_at }: FoldedRefund): number {
  return reservation?.attempted_at ?? created_at
}

function unfreezeLook({ ours: { unfreeze } }: Watched, now: number): Look[] {
  return isUnfreezeOpen(unfreeze)
    ? look('refund_open', { start: unfreeze.created_at, plan: openPlan(), now })
    : []
}

function paymentLook(order: Watched, folded: Folded, now: number): Look[] {
  const { said } = order
  // Whatever WeChat told of a payment is known, whether it fits or not: asking again would tell the same.
  if (said.payments.length > 0) return []
  if (said.refunds.length > 0) {
    const start = Math.min(...said.refunds.flatMap(({ states }) => Object.values(states)))
    return look('refund_unknown', { start, plan: UNPROVEN_PLAN, now })
  }
  if (folded.status === 'CLOSED' && said.closed_at !== undefined)
    return look('late', { start: said.closed_at, plan: CLOSED_PLAN, now })
  if (folded.status !== 'CREATED' && folded.status !== 'AWAITING_PAYMENT') return []
  const kind = now - order.created_at < YOUNG_MS ? 'unpaid_young' : 'late'
  const end = closesAt(order)
  return [
    ...look(kind, { start: order.created_at, plan: unpaidPlan(order), now }),
    ...(now < end ? [{ class: kind, at: end } as const] : []),
  ]
}

/** Of the looks before the first one that the stage wants none is made. */
function unpaidPlan(order: Watched): Plan {
  const first = firstLookAt(order) - order.created_at
  return { ...UNPAID_PLAN, points: [first, ...UNPAID_PLAN.points.filter((point) => point > first)] }
}

/** Epoch ms of the first look at an order that is not paid by then. */
export function firstLookAt({ created_at, ours }: Pick<Watched, 'created_at' | 'ours'>): number {
  return created_at + (ours.asked?.first_look_ms ?? FIRST_LOOK_MS)
}

/** Nobody has to be told again what a person has let pass. */
function unclearLooks({ said }: Watched, { holds }: Folded, now: number): Look[] {
  const subjects = new Set((said.words ?? []).map((told) => told.out_refund_no))
  return [...subjects].flatMap((number) => {
    const open = holds.some(({ key, dismissed }) => key === wordHold(number) && !dismissed)
    const times = standingWords(said, number).map(({ at }) => at)
    return open ? look('late', { start: Math.min(...times), plan: UNCLEAR_PLAN, now }) : []
  })
}

/** Whoever let the hold pass does not wait for them any more; what the channel tells in the next hours is known all the same. */
function namedLooks({ said }: Watched, { refunds, holds }: Folded, now: number): Look[] {
  const open = holds.some(({ key, dismissed }) => key === REFUNDS_UNKNOWN && !dismissed)
  const plan = open ? UNPROVEN_PLAN : { points: UNPROVEN_PLAN.points }
  return namedOnly(said, refunds).flatMap(({ at: start }) => look('refund_unknown', { start, plan, now }))
}

/** Never before that at the refund which it is about: mostly it is told long before, and no entry of the index moves for it. */
function untoldLooks({ untold = [] }: Watched, now: number): Look[] {
  return untold.flatMap((start) => look('refund_open', { start, plan: UNKNOWN_PLAN, now }))
}

function look(kind: LookClass, { start, plan, now }: { start: number; plan: Plan; now: number }): Look[] {
  const at = pointAfter(plan, { start, now })
  return at === undefined ? [] : [{ class: kind, at }]
}
