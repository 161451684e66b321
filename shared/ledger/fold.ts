/**
 * The fold: everything that an order shows, computed from what is known. Pure, and blind to the order in which the sets
 * were filled: a permutation, a repetition or a crash in between gives the same books.
 */
import type { Fen } from '#shared/money.ts'
import { fen } from '#shared/money.ts'
import type { Books, ToldPayment } from './books.ts'
import type { Cause, Hold } from './cause.ts'
import { refundOfApproval } from './approval.ts'
import { digestOf } from './digest.ts'
import { refundsUnknown } from './fold-elsewhere.ts'
import { foldPayments } from './fold-payments.ts'
import { foldRefunds } from './fold-refunds.ts'
import type { FoldedRefund } from './fold-refunds.ts'
import { wordCauses } from './fold-words.ts'
import type { OrderStatus } from './words.ts'

export interface Folded {
  readonly status: OrderStatus
  readonly payment?: ToldPayment
  /** What came in; undefined while unpaid. */
  readonly paid?: Fen
  readonly refunds: ReadonlyMap<string, FoldedRefund>
  /** What a refund that is asked for now can take. */
  readonly refundable: Fen
  /** By how much more is out than came in. */
  readonly deficit: Fen
  /** Everything that speaks against acting on the order, whether a person let it pass or not. */
  readonly holds: readonly Hold[]
  /** Whether any of the holds is open. */
  readonly held: boolean
}

/** Whoever decides asks for it again and again, and books are never changed in place. */
const folds = new WeakMap<Books, Folded>()

export function fold(books: Books): Folded {
  const folded = folds.get(books) ?? folding(books)
  folds.set(books, folded)
  return folded
}

function folding(books: Books): Folded {
  const { status, payment, paid, causes } = foldPayments(books)
  const refunds = foldRefunds(books)
  const out = liveTotal(refunds)
  const deficit = paid === undefined ? fen(0) : fen(Math.max(0, out - paid))
  const holds = decidedOn(books, [
    ...causes,
    ...[...refunds.values()].flatMap((refund) => refund.causes),
    ...overRefunded({ deficit, paid, refunds }),
    ...withoutPayment(books),
    ...refundsUnknown(books.said, refunds),
    ...wordCauses(books.said),
    ...overflow(books),
    ...placedByHand(books),
  ])
  return {
    status,
    refunds,
    refundable: paid === undefined ? fen(0) : fen(Math.max(0, paid - out)),
    deficit,
    holds,
    held: holds.some(({ dismissed }) => !dismissed),
    ...(payment === undefined ? {} : { payment }),
    ...(paid === undefined ? {} : { paid }),
  }
}

/** The sum of everything that is out or may still go out. */
function liveTotal(refunds: ReadonlyMap<string, FoldedRefund>): Fen {
  return fen([...refunds.values()].reduce((sum, { live, amount }) => (live ? sum + amount : sum), 0))
}

function overRefunded({
  deficit,
  paid,
  refunds,
}: Pick<Folded, 'deficit' | 'refunds'> & { readonly paid: Fen | undefined }): Cause[] {
  if (deficit === 0 || paid === undefined) return []
  const out = [...refunds.values()].filter(({ live }) => live)
  const evidence = out.map(({ out_refund_no, amount }) => `${out_refund_no}#${amount}`).toSorted()
  return [{ key: 'over_refunded', reason: 'over_refunded', evidence: digestOf(paid, ...evidence) }]
}

/** A refund proves that WeChat took a payment that we have not been told of. */
function withoutPayment({ said, ours }: Books): Cause[] {
  if (said.payments.length > 0) return []
  const numbers = [...new Set(said.refunds.map((told) => told.out_refund_no))]
  const unknown = ours.asked === undefined && said.closed_at !== undefined
  if (numbers.length === 0 && !unknown) return []
  const reason = ours.asked === undefined ? 'order_unknown' : 'refund_without_payment'
  return [{ key: reason, reason, evidence: digestOf(...numbers) }]
}

function overflow({ said }: Books): Cause[] {
  return said.overflow.map((subject) => ({
    key: `too_many_tellings#${subject}`,
    reason: 'too_many_tellings',
    evidence: digestOf(subject),
  }))
}

function placedByHand({ decided }: Books): Cause[] {
  return decided
    .filter(({ action, hold }) => action === 'hold' && refundOfApproval(hold) === undefined)
    .map(({ hold }) => ({ key: hold, reason: 'placed_by_operator', evidence: digestOf(hold) }))
}

/** A dismissal counts only for the very evidence that the person saw. */
function decidedOn({ decided }: Books, causes: readonly Cause[]): readonly Hold[] {
  const dismissed = new Set(
    decided.flatMap(({ action, hold, evidence }) => (action === 'dismiss' ? [`${hold} ${evidence}`] : [])),
  )
  return causes
    .map((cause) => ({ ...cause, dismissed: dismissed.has(`${cause.key} ${cause.evidence}`) }))
    .toSorted((a, b) => (a.key < b.key ? -1 : 1))
}
