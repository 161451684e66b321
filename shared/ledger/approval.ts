/**
 * A refund that waits for people: its amount is taken, and nothing is sent. What they decide is a decision like any other;
 * what it comes to is computed from the books.
 */
import type { Approval, Books, Decision, Reservation } from './books.ts'
import type { Cause } from './cause.ts'
import { digestOf } from './digest.ts'

/** Who asks for the approval, in the audit. */
export const ASKED_BY = 'refund rules'
/** What a refund that was refused shows as its `failure_code`. */
export const NOT_APPROVED = 'NOT_APPROVED'

export type ApprovalState = 'waiting' | 'approved' | 'refused'

/** The key of the hold. */
export function approvalKey(outRefundNo: string): string {
  return `approval#${outRefundNo}`
}

/** The refund number of a hold that is one of these. */
export function refundOfApproval(hold: string): string | undefined {
  return hold.startsWith('approval#') ? hold.slice('approval#'.length) : undefined
}

/** What was decided is about this very refund. */
export function approvalEvidence({
  out_refund_no,
  amount,
}: Pick<Reservation, 'out_refund_no' | 'amount'>): string {
  return digestOf(out_refund_no, amount)
}

type Asking = Reservation & { readonly approval: Approval }

/** Whether nothing may be sent for it before people have decided, or since they have. */
export function asksApproval(reservation: Reservation): reservation is Asking {
  return reservation.approval !== undefined && reservation.approval.begun_at === undefined
}

/** @returns undefined when it asks for none: it needed none, or it is sent. One refusal outweighs any approval. */
export function approvalState(
  { decided }: Pick<Books, 'decided'>,
  reservation: Reservation,
): ApprovalState | undefined {
  if (!asksApproval(reservation)) return undefined
  const own = decisionsOn(decided, reservation)
  if (own.some(({ action }) => action === 'refuse')) return 'refused'
  return namesOf(own).size >= reservation.approval.names ? 'approved' : 'waiting'
}

/** Whether anybody refused it, also one who came too late to keep it from being sent. */
export function isRefused({ decided }: Pick<Books, 'decided'>, reservation: Reservation): boolean {
  return decisionsOn(decided, reservation).some(({ action }) => action === 'refuse')
}

/** Who has approved it so far, as they wrote themselves. */
export function approvedBy({ decided }: Pick<Books, 'decided'>, reservation: Reservation): readonly string[] {
  return [...namesOf(decisionsOn(decided, reservation)).values()]
}

/** When the last of them did, epoch ms. */
export function approvedAt({ decided }: Pick<Books, 'decided'>, reservation: Reservation): number {
  return Math.max(0, ...decisionsOn(decided, reservation).map(({ at }) => at))
}

/** Whether somebody was told that it waits: the hold is a fact of its own, stored after the reservation. */
export function approvalIsAsked({ decided }: Pick<Books, 'decided'>, reservation: Reservation): boolean {
  const key = approvalKey(reservation.out_refund_no)
  return decided.some(({ action, hold }) => action === 'hold' && hold === key)
}

/** The hold of one that waits. */
export function approvalCause(books: Pick<Books, 'decided'>, reservation: Reservation): readonly Cause[] {
  if (approvalState(books, reservation) !== 'waiting' || !approvalIsAsked(books, reservation)) return []
  const key = approvalKey(reservation.out_refund_no)
  return [{ key, reason: 'approval', evidence: approvalEvidence(reservation) }]
}

function decisionsOn(decided: readonly Decision[], reservation: Reservation): readonly Decision[] {
  const key = approvalKey(reservation.out_refund_no)
  const seen = approvalEvidence(reservation)
  return decided.filter(
    ({ action, hold, evidence }) => hold === key && evidence === seen && action !== 'hold',
  )
}

/** One person is one, however the name is spelled. */
function namesOf(decisions: readonly Decision[]): ReadonlyMap<string, string> {
  const approvals = decisions.filter(({ action }) => action === 'approve')
  return new Map(approvals.map(({ by }) => [nameOf(by), by]))
}

/** What nobody sees, in a name that is copied from elsewhere: U+2800 is the blank of braille. */
const UNSEEN = /[\p{Default_Ignorable_Code_Point}\p{Cf}\u2800]/gu

export function nameOf(by: string): string {
  return by.normalize('NFKC').replaceAll(UNSEEN, '').trim().replaceAll(/\s+/g, ' ').toLowerCase()
}
