/** What people decide about an order: hold it, let a hold pass, accept what WeChat says. The same decision again adds nothing. */
import type { ErrorCode } from '#shared/errors.ts'
import {
  approvalCause,
  approvalEvidence,
  approvalKey,
  approvalState,
  ASKED_BY,
  nameOf,
  refundOfApproval,
} from './approval.ts'
import type { Books, Decision, Reservation } from './books.ts'
import type { Hold } from './cause.ts'
import { digestOf } from './digest.ts'
import { fold } from './fold.ts'

/** Enough for any real story, and far below the size limit of an item. */
export const MAX_DECISIONS = 100

export interface Signed {
  readonly by: string
  readonly note: string
  /** Epoch ms. */
  readonly at: number
}

/** A decision that can be recorded, the one that is there already (`known`), or why it cannot be made. */
export type Decided =
  | { readonly decision: Decision; readonly known: boolean }
  | { readonly refused: ErrorCode }

/** Holds the order: nothing is sent for it until the hold is dismissed. One open hold for one person and note. */
export function holdDecision(books: Books, { by, note, at }: Signed): Decided {
  const id = `operator#${digestOf(by, note)}`
  const own = books.decided.filter(({ action, hold }) => action === 'hold' && hold.startsWith(id))
  const open = own.find(({ hold }) =>
    fold(books).holds.some(({ key, dismissed }) => key === hold && !dismissed),
  )
  if (open !== undefined) return { decision: open, known: true }
  if (!hasRoom(books)) return { refused: 'invalid_request' }
  const hold = own.length === 0 ? id : `${id}.${own.length}`
  return { decision: { action: 'hold', hold, by, note, at, evidence: digestOf(hold) }, known: false }
}

/** Holds the order over one matter, named by whoever found it: once, whatever became of that hold since. */
export function holdOver(books: Books, { matter, ...signed }: Signed & { readonly matter: string }): Decided {
  const hold = `operator#${digestOf(matter)}`
  const decision: Decision = { ...signed, action: 'hold', hold, evidence: digestOf(hold) }
  const known = find(books, decision)
  if (known !== undefined) return { decision: known, known: true }
  return hasRoom(books) ? { decision, known: false } : { refused: 'invalid_request' }
}

/** Lets a hold pass: "seen, need not block". Its money still counts, and new evidence opens it again. */
export function dismissDecision(
  books: Books,
  { hold: key, ...signed }: Signed & { readonly hold: string },
): Decided {
  const hold = holdNamed(books, key)
  if (hold === undefined) return { refused: 'hold_not_found' }
  if (hold.reason === 'approval') return { refused: 'hold_decision_unfit' }
  return once(books, { ...signed, action: 'dismiss', hold: key, evidence: hold.evidence })
}

/** Chooses WeChat's telling; possible as well for a hold that was dismissed before. */
export function acceptDecision(
  books: Books,
  { hold: key, ...signed }: Signed & { readonly hold: string },
): Decided {
  const accepted = books.decided.find(({ action, hold }) => action === 'accept' && hold === key)
  const hold = holdNamed(books, key)
  if (hold === undefined)
    return accepted === undefined ? { refused: 'hold_not_found' } : { decision: accepted, known: true }
  if (hold.reason === 'approval') return { refused: 'hold_decision_unfit' }
  if (hold.choice === undefined) return { refused: 'hold_not_acceptable' }
  return once(books, { ...signed, action: 'accept', hold: key, evidence: hold.evidence, choice: hold.choice })
}

/** Says that a refund waits for people: its hold, placed by the rules of the stage. */
export function askApproval(reservation: Reservation, at: number): Decision {
  const note = (reservation.approval?.rules ?? []).join(', ')
  const hold = approvalKey(reservation.out_refund_no)
  return { action: 'hold', hold, by: ASKED_BY, note, at, evidence: approvalEvidence(reservation) }
}

/** Approves a refund that waits, or refuses it. Each person approves once; who approved may still refuse. */
export function approvalDecision(
  books: Books,
  { action, hold: key, ...signed }: Signed & { readonly hold: string; readonly action: 'approve' | 'refuse' },
): Decided {
  const made = books.decided.find(
    (one) =>
      one.action === action &&
      one.hold === key &&
      (action === 'refuse' || nameOf(one.by) === nameOf(signed.by)),
  )
  // Also one that was made before the refund went out.
  if (made !== undefined) return { decision: made, known: true }
  const reservation = books.ours.refunds.find(({ out_refund_no }) => approvalKey(out_refund_no) === key)
  if (reservation === undefined)
    return { refused: holdNamed(books, key) === undefined ? 'hold_not_found' : 'hold_decision_unfit' }
  // Approvals that are not needed would only grow the order; a refusal counts until it is sent.
  const waits = approvalCause(books, reservation).length > 0
  const open = waits || (action === 'refuse' && approvalState(books, reservation) === 'approved')
  if (!open) return { refused: 'hold_not_found' }
  return { decision: { ...signed, action, hold: key, evidence: approvalEvidence(reservation) }, known: false }
}

/** So many notes are kept whole; older ones are whole in the facts alone. */
const WHOLE_NOTES = 20
const SHORT_NOTE = 40

/** The decisions with this one among them; the same list when it is there. */
export function withDecision(books: Books, decision: Decision): readonly Decision[] {
  if (find(books, decision) !== undefined) return books.decided
  const shortened = books.decided.map((one, index, { length }) =>
    index < length + 1 - WHOLE_NOTES ? { ...one, note: shortNote(one.note) } : one,
  )
  return [...shortened, decision]
}

function shortNote(note: string): string {
  const characters = Array.from(note)
  return characters.length <= SHORT_NOTE ? note : `${characters.slice(0, SHORT_NOTE - 1).join('')}…`
}

function once(books: Books, decision: Decision): Decided {
  const known = find(books, decision)
  return known === undefined ? { decision, known: false } : { decision: known, known: true }
}

function find({ decided }: Books, { action, hold, evidence, by }: Decision): Decision | undefined {
  return decided.find(
    (one) =>
      one.action === action &&
      one.hold === hold &&
      one.evidence === evidence &&
      (action !== 'approve' || nameOf(one.by) === nameOf(by)),
  )
}

function holdNamed(books: Books, key: string): Hold | undefined {
  return fold(books).holds.find((hold) => hold.key === key)
}

/** Whether another hold may be placed; there must be room left to release all that are open. */
function hasRoom(books: Books): boolean {
  const made = books.decided.filter(({ action }) => action !== 'pay_to_card').map(({ hold }) => hold)
  const matters = [...made, ...fold(books).holds.map(({ key }) => key)]
  // Approvals and applications have limits of their own: however many there are, a person can stop the order.
  return matters.filter((hold) => refundOfApproval(hold) === undefined).length + 2 <= MAX_DECISIONS
}
