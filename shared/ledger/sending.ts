/** What is known after a refund was sent, and when a refusal proves that WeChat has no refund. Pure functions. */
import type { Books, Ours, Reservation } from './books.ts'
import { approvalState, asksApproval } from './approval.ts'
import { fold } from './fold.ts'
import { mayBeSentAnew, replaced, reservationOf, withoutRequest } from './reservation.ts'

/** WeChat's queries may lag behind its refunds by minutes: two refusals must be this far apart to prove anything. */
const REFUSALS_APART_MS = 30 * 60_000

export interface Refusal {
  readonly out_refund_no: string
  /** WeChat's code. */
  readonly code: string
  /** Nothing was ever sent for this attempt before. */
  readonly first: boolean
  /** Epoch ms. */
  readonly now: number
}

/**
 * Whether a certain refusal ends the matter.
 *
 * Of the first send it does. After a send of unknown outcome it may be the echo of the one that got through: then it takes
 * two refusals half an hour apart, each after WeChat said that it knows no such refund.
 */
export function refusalIsFinal(
  reservation: Reservation,
  { first, now }: Pick<Refusal, 'first' | 'now'>,
): boolean {
  if (first && !reservation.in_doubt) return true
  return reservation.refused_at !== undefined && now - reservation.refused_at >= REFUSALS_APART_MS
}

/**
 * Begins to send the same bytes once more: from here on a refusal of an earlier send, whose failure may still be on its way to
 * the books, says nothing about the refund any more.
 *
 * @returns undefined when it must not be sent: the order is held, or nobody waits for WeChat's answer any more.
 */
export function withResend(
  books: Books,
  outRefundNo: string,
  now: number,
): { readonly ours: Ours } | undefined {
  const reservation = waiting(books, outRefundNo)
  if (reservation?.request === undefined || asksApproval(reservation) || fold(books).held) return undefined
  const { attempt } = reservation
  const again = { attempt: attempt + 1, sending: 'UNKNOWN', in_doubt: true, updated_at: now } as const
  return replaced(books.ours, { ...reservation, ...again })
}

/**
 * Begins to send a refund that people approved, for the first time. From here on it is one like any other: a crash before the
 * answer leaves it in doubt.
 *
 * @returns undefined when it must not be sent: it is not approved, or the order is held for another reason.
 */
export function withApprovedSend(
  books: Books,
  outRefundNo: string,
  now: number,
): { readonly ours: Ours } | undefined {
  const reservation = waiting(books, outRefundNo)
  if (reservation?.request === undefined || fold(books).held) return undefined
  if (!asksApproval(reservation) || approvalState(books, reservation) !== 'approved') return undefined
  const approval = { ...reservation.approval, begun_at: now }
  return replaced(books.ours, { ...reservation, approval, attempted_at: now, updated_at: now })
}

/** Notes that all refunds were paused because nobody decided on this one. @returns undefined when that is noted, or it waits no more */
export function withPauseNoted(
  books: Books,
  outRefundNo: string,
  now: number,
): { readonly ours: Ours } | undefined {
  const reservation = reservationOf(books, outRefundNo)
  if (reservation === undefined || !asksApproval(reservation)) return undefined
  if (reservation.approval.paused_at !== undefined) return undefined
  return replaced(books.ours, { ...reservation, approval: { ...reservation.approval, paused_at: now } })
}

/** Records that the outcome of a send is not known. @returns undefined when that is nothing new, or does not matter any more */
export function withUnknownOutcome(
  books: Books,
  outRefundNo: string,
  now: number,
): { readonly ours: Ours } | undefined {
  const reservation = waiting(books, outRefundNo)
  if (reservation === undefined || (reservation.sending === 'UNKNOWN' && reservation.in_doubt))
    return undefined
  return replaced(books.ours, { ...reservation, sending: 'UNKNOWN', in_doubt: true, updated_at: now })
}

/** Records a refusal that does not end the matter. Of several the first one counts the time. */
export function withRefusal(
  books: Books,
  { out_refund_no, code, now }: Refusal,
): { readonly ours: Ours } | undefined {
  const reservation = waiting(books, out_refund_no)
  if (reservation === undefined || reservation.refused_at !== undefined) return undefined
  return replaced(books.ours, {
    ...reservation,
    sending: 'UNKNOWN',
    in_doubt: true,
    refused_code: code,
    refused_at: now,
    updated_at: now,
  })
}

export interface Failure {
  readonly out_refund_no: string
  readonly attempt: number
  readonly code: string
  /** Epoch ms. */
  readonly at: number
}

/** Ends an attempt: WeChat has no refund. */
export function withFailure(books: Books, failure: Failure): { readonly ours: Ours } | undefined {
  const reservation = reservationOf(books, failure.out_refund_no)
  if (reservation === undefined || reservation.attempt !== failure.attempt) return undefined
  if (reservation.sending === 'FAILED') return undefined
  const failed: Reservation = {
    ...reservation,
    sending: 'FAILED',
    failure_code: failure.code,
    failed_at: failure.at,
    updated_at: failure.at,
  }
  const { ours } = replaced(books.ours, failed)
  // What can be cured is sent again as it was.
  return { ours: mayBeSentAnew(failed) ? ours : withoutRequest(ours, failed.out_refund_no) }
}

/** The reservation while WeChat's answer is still to be had. */
function waiting(books: Books, outRefundNo: string): Reservation | undefined {
  const { status, reservation } = fold(books).refunds.get(outRefundNo) ?? {}
  return status === 'REQUESTED' || status === 'UNKNOWN' ? reservation : undefined
}
