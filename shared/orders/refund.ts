/** The merchant's side of a refund: reserve before the call, then record what WeChat answered. Pure functions. */
import type { ErrorCode } from '#shared/errors.ts'
import { addFen, subtractFen } from '#shared/money.ts'
import type { Fen } from '#shared/money.ts'
import { isHeld, MAX_REFUND_RECORDS, MAX_REFUNDS, refundOf } from './order.ts'
import type { Order, Refund } from './order.ts'
import { touched } from './touched.ts'

export interface RefundReservation {
  readonly out_refund_no: string
  readonly amount: Fen
  /** The exact bytes for WeChat; every repeat sends these. */
  readonly request: string
  readonly request_hash: string
}

export type Reserved = { readonly order: Order } | { readonly refused: ErrorCode }

/** Takes the amount out of `refundable` and remembers the request, or says why not. The number must be new. */
export function reserveRefund(
  order: Order,
  { amount, ...request }: RefundReservation,
  now: number,
): Reserved {
  if (isHeld(order)) return { refused: 'order_held' }
  if (order.status !== 'PAID') return { refused: 'order_not_paid' }
  if (refundOf(order, request.out_refund_no) !== undefined) return { refused: 'refund_number_used' }
  if (countsFull(order)) return { refused: 'too_many_refunds' }
  const refundable = subtractFen(order.refundable, amount)
  if (refundable === undefined) return { refused: 'refund_exceeds_refundable' }
  const refund: Refund = { ...request, amount, status: 'REQUESTED', created_at: now, updated_at: now }
  return {
    order: touched(
      { ...order, refundable, refunds: { ...order.refunds, [refund.out_refund_no]: refund } },
      now,
    ),
  }
}

/** WeChat never had the FAILED ones; all together are bounded by the size of an item. */
function countsFull({ refunds }: Order): boolean {
  const all = Object.values(refunds)
  return (
    all.length >= MAX_REFUND_RECORDS || all.filter(({ status }) => status !== 'FAILED').length >= MAX_REFUNDS
  )
}

/** What the call to WeChat gave. `failed` only when it is certain that no refund was made. */
export type RefundAnswer =
  | { readonly kind: 'accepted'; readonly refund_id: string; readonly refund_channel?: string | undefined }
  | { readonly kind: 'failed'; readonly failure_code: string }
  | { readonly kind: 'unknown'; readonly refused_code?: string }

/**
 * Records WeChat's answer on a refund that still waits for one (REQUESTED or UNKNOWN).
 *
 * @returns undefined when there is nothing to write: a fact or another driver was faster.
 */
export function recordRefundAnswer(
  order: Order,
  outRefundNo: string,
  { answer, now }: { readonly answer: RefundAnswer; readonly now: number },
): Order | undefined {
  const refund = refundOf(order, outRefundNo)
  if (refund === undefined || (refund.status !== 'REQUESTED' && refund.status !== 'UNKNOWN')) return undefined
  if (answer.kind === 'unknown' && refund.status === 'UNKNOWN' && answer.refused_code === undefined)
    return undefined
  const refundable = answer.kind === 'failed' ? addFen(order.refundable, refund.amount) : order.refundable
  return touched(
    {
      ...order,
      refundable,
      refunds: { ...order.refunds, [outRefundNo]: { ...refund, ...answered(answer), updated_at: now } },
    },
    now,
  )
}

function answered(answer: RefundAnswer): Partial<Refund> {
  switch (answer.kind) {
    case 'accepted':
      return {
        status: 'PROCESSING',
        refund_id: answer.refund_id,
        ...(answer.refund_channel === undefined ? {} : { refund_channel: answer.refund_channel }),
      }
    case 'failed':
      return { status: 'FAILED', failure_code: answer.failure_code }
    case 'unknown':
      return {
        status: 'UNKNOWN',
        ...(answer.refused_code === undefined ? {} : { refused_code: answer.refused_code }),
      }
  }
}
