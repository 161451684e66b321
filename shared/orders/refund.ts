/** The merchant's side of a refund: reserve before the call, then record what WeChat answered. Pure functions. */
import type { ErrorCode } from '#shared/errors.ts'
import { subtractFen } from '#shared/money.ts'
import type { Fen } from '#shared/money.ts'
import { isHeld, MAX_REFUND_RECORDS, MAX_REFUNDS, refundOf } from './order.ts'
import type { HoldReason, Order, Refund } from './order.ts'
import { leftOf } from './taken.ts'
import { touched } from './touched.ts'

export interface RefundReservation {
  readonly out_refund_no: string
  readonly amount: Fen
  /** The exact bytes for WeChat; every repeat sends these. */
  readonly request: string
  readonly request_hash: string
}

export type Reserved = { readonly order: Order } | { readonly refused: ErrorCode }

/**
 * Takes the amount out of `refundable` and remembers the request, or says why not. The number must be new, or that of a
 * refund which may be sent anew: then it is the same request, and what was stored is sent.
 */
export function reserveRefund(order: Order, reservation: RefundReservation, now: number): Reserved {
  const { out_refund_no, request_hash } = reservation
  if (isHeld(order)) return { refused: 'order_held' }
  if (order.status !== 'PAID') return { refused: 'order_not_paid' }
  const known = refundOf(order, out_refund_no)
  if (known !== undefined && !(maySendAnew(known) && known.request_hash === request_hash))
    return { refused: 'refund_number_used' }
  if (countsFull(order, out_refund_no)) return { refused: 'too_many_refunds' }
  const refund = known === undefined ? newRefund(reservation, now) : anew(known, now)
  const refundable = subtractFen(order.refundable, refund.amount)
  if (refundable === undefined) return { refused: 'refund_exceeds_refundable' }
  return {
    order: touched(
      { ...order, refundable, refunds: { ...order.refunds, [refund.out_refund_no]: refund } },
      now,
    ),
  }
}

/** WeChat's codes, without `_`, that ask for the same request under the same number (doc merchant/4012556457). */
const CURABLE: ReadonlySet<string> = new Set(['NOTENOUGH'])

/** Whether the merchant can cure why WeChat refused it: then the number belongs to the same request still. */
export function maySendAnew({ status, failure_code = '' }: Refund): boolean {
  return status === 'FAILED' && CURABLE.has(failure_code.replaceAll('_', ''))
}

function newRefund(reservation: RefundReservation, now: number): Refund {
  return { ...reservation, status: 'REQUESTED', created_at: now, updated_at: now }
}

/** What was in doubt stays so; the refusals of this attempt are counted from its own. */
function anew(refund: Refund, now: number): Refund {
  const { failure_code: _, refused_code: _code, refused_at: _at, ...rest } = refund
  return { ...rest, status: 'REQUESTED', attempted_at: now, updated_at: now }
}

/** WeChat never had the FAILED ones; all together are bounded by the size of an item. */
function countsFull({ refunds }: Order, but: string): boolean {
  const all = Object.values(refunds).filter(({ out_refund_no }) => out_refund_no !== but)
  return (
    all.length >= MAX_REFUND_RECORDS || all.filter(({ status }) => status !== 'FAILED').length >= MAX_REFUNDS
  )
}

/** What the call to WeChat gave. `refused` only when it is certain that this very send made no refund. */
export type RefundAnswer =
  | { readonly kind: 'accepted'; readonly refund_id: string; readonly refund_channel?: string | undefined }
  | {
      readonly kind: 'refused'
      readonly code: string
      /** Nothing was sent for this refund before. */
      readonly first: boolean
    }
  | { readonly kind: 'unknown' }

/** WeChat's queries lag behind its refunds: only refusals this far apart prove that it has none. */
const REFUSALS_APART_MS = 30 * 60_000

/**
 * Records WeChat's answer on a refund that waits for one (REQUESTED or UNKNOWN), or that was given up too early: what
 * WeChat accepts is not FAILED, and takes its amount again. Where that is more than is left, the order is held.
 *
 * @returns undefined when there is nothing to write: a fact or another driver was faster.
 */
export function recordRefundAnswer(
  order: Order,
  outRefundNo: string,
  { answer, now }: { readonly answer: RefundAnswer; readonly now: number },
): Order | undefined {
  const refund = refundOf(order, outRefundNo)
  const changed = refund === undefined ? undefined : answered(refund, answer, now)
  if (changed === undefined) return undefined
  const refunds = { ...order.refunds, [outRefundNo]: { ...changed, updated_at: now } }
  const { refundable, exceeded } = leftOf({ ...order, refunds })
  const revived = refund?.status === 'FAILED' && exceeded
  const holds = revived ? { ...order.holds, [revivedKey(outRefundNo)]: EXCEEDS } : order.holds
  return touched({ ...order, refundable, refunds, holds }, now)
}

const EXCEEDS: HoldReason = 'refund_exceeds_paid'

/** No fact has this key, because PROCESSING asserts nothing: such a hold can be dismissed and not accepted. */
function revivedKey(outRefundNo: string): string {
  return `${EXCEEDS}#${outRefundNo}`
}

function answered(refund: Refund, answer: RefundAnswer, now: number): Refund | undefined {
  const waits = refund.status === 'REQUESTED' || refund.status === 'UNKNOWN'
  if (answer.kind === 'accepted')
    return waits || refund.status === 'FAILED' ? accepted(refund, answer) : undefined
  if (!waits) return undefined
  if (answer.kind === 'refused') return refused(refund, answer, now)
  return refund.status === 'UNKNOWN' ? undefined : { ...refund, status: 'UNKNOWN' }
}

function accepted(
  refund: Refund,
  { refund_id, refund_channel }: Extract<RefundAnswer, { kind: 'accepted' }>,
): Refund {
  const { failure_code: _, ...rest } = refund
  return {
    ...rest,
    status: 'PROCESSING',
    refund_id,
    ...(refund_channel === undefined ? {} : { refund_channel }),
  }
}

/**
 * A refusal of the first send ends the matter. After a send of unknown outcome it may be the echo of the one that got
 * through: then it takes two, half an hour apart, each after "no such refund"; and the refund stays watched.
 */
function refused(
  refund: Refund,
  { code, first }: Extract<RefundAnswer, { kind: 'refused' }>,
  now: number,
): Refund | undefined {
  const { refused_at } = refund
  const certain = first && refund.status === 'REQUESTED' && refund.in_doubt !== true
  if (certain) return { ...refund, status: 'FAILED', failure_code: code }
  if (refused_at === undefined) return { ...refund, status: 'UNKNOWN', refused_code: code, refused_at: now }
  if (now - refused_at < REFUSALS_APART_MS) return undefined
  return { ...refund, status: 'FAILED', failure_code: code, in_doubt: true }
}
