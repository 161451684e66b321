/** The merchant's side of a refund: take the amount before the call, then record how far the sending is known. Pure functions. */
import type { ErrorCode } from '#shared/errors.ts'
import type { Fen } from '#shared/money.ts'
import type { Approval, Books, Ours, Reservation } from './books.ts'
import { isRefused } from './approval.ts'
import { fold } from './fold.ts'
import type { Folded } from './fold.ts'

/** WeChat's limit. */
const MAX_REFUNDS = 50
/** With those that WeChat refused; keeps an order far below the size limit of an item. */
const MAX_REFUND_RECORDS = 150
/** Each of them brings up to four decisions, which an order keeps: the same purpose. */
const MAX_APPROVALS = 60
/** Of all requests that may still have to be sent again, in UTF-16 units: the same purpose. */
const MAX_OPEN_REQUESTS = 24_000

export interface RefundAsked {
  readonly out_refund_no: string
  readonly amount: Fen
  /** The exact bytes for WeChat; every repeat sends these. */
  readonly request: string
  readonly request_hash: string
  /** Why it waits for people; it is reserved, and not sent before they approve. */
  readonly approval?: Approval
}

export type Reserved = { readonly ours: Ours } | { readonly refused: ErrorCode }

/** Takes the amount and remembers the request, or says why not. */
export function reserve(books: Books, asked: RefundAsked, now: number): Reserved {
  const folded = fold(books)
  const known = folded.refunds.get(asked.out_refund_no)
  if (known !== undefined) return sendAnew(books, { asked, now, folded })
  const refused = refusal(folded, asked)
  if (refused !== undefined) return { refused }
  if (asked.approval !== undefined && !mayWait(books)) return { refused: 'too_many_refunds' }
  const reservation: Reservation = {
    ...asked,
    sending: 'REQUESTED',
    attempt: 1,
    in_doubt: false,
    created_at: now,
    updated_at: now,
  }
  return { ours: { ...books.ours, refunds: [...books.ours.refunds, reservation] } }
}

interface Anew {
  readonly asked: RefundAsked
  readonly now: number
  readonly folded: Folded
}

/** A refusal that could be cured leaves the number to the same request (WeChat: do not change it when repeating). */
function sendAnew(books: Books, { asked, now, folded }: Anew): Reserved {
  const reservation = books.ours.refunds.find((one) => one.out_refund_no === asked.out_refund_no)
  const failed = folded.refunds.get(asked.out_refund_no)?.status === 'FAILED'
  if (reservation === undefined || !failed || !mayBeSentAnew(reservation))
    return { refused: 'refund_number_used' }
  if (reservation.request_hash !== asked.request_hash || isRefused(books, reservation))
    return { refused: 'refund_number_used' }
  const refused = refusal(folded, asked)
  if (refused !== undefined) return { refused }
  const { out_refund_no, amount, request_hash, request, attempt, in_doubt, created_at } = reservation
  // What was approved once and refused for want of money is the same refund.
  const approval = reservation.approval ?? asked.approval
  if (approval !== reservation.approval && !mayWait(books)) return { refused: 'too_many_refunds' }
  return replaced(books.ours, {
    out_refund_no,
    amount,
    request_hash,
    request: request ?? asked.request,
    sending: 'REQUESTED',
    attempt: attempt + 1,
    in_doubt,
    attempted_at: now,
    ...(approval === undefined ? {} : { approval }),
    created_at,
    updated_at: now,
  })
}

/** Whether one refund more may wait for people. */
function mayWait({ ours }: Books): boolean {
  return ours.refunds.filter(({ approval }) => approval !== undefined).length < MAX_APPROVALS
}

/** Codes, without `_`, that ask for the same request under the same number, as each channel writes them (doc merchant/4012556457). */
const CURABLE: ReadonlySet<string> = new Set(['NOTENOUGH', 'ACQ.SELLERBALANCENOTENOUGH'])

/** Whether the merchant can cure why WeChat refused, and then have the same number sent again. */
export function mayBeSentAnew({
  sending,
  failure_code,
}: Pick<Reservation, 'sending' | 'failure_code'>): boolean {
  return sending === 'FAILED' && failure_code !== undefined && CURABLE.has(failure_code.replaceAll('_', ''))
}

/** Why no refund of this size may be asked for now. */
function refusal(folded: Folded, { amount, request, out_refund_no }: RefundAsked): ErrorCode | undefined {
  if (folded.held) return 'order_held'
  if (folded.status !== 'PAID') return 'order_not_paid'
  if (isFull(folded, { request, out_refund_no })) return 'too_many_refunds'
  return amount > folded.refundable ? 'refund_exceeds_refundable' : undefined
}

/** WeChat never had the FAILED ones; all together are bounded by the size of an item. */
function isFull(
  { refunds }: Folded,
  { request, out_refund_no }: Pick<RefundAsked, 'request' | 'out_refund_no'>,
) {
  const others = [...refunds.values()].filter((refund) => refund.out_refund_no !== out_refund_no)
  const bytes = others.reduce((sum, { reservation }) => sum + (reservation?.request?.length ?? 0), 0)
  return (
    others.length >= MAX_REFUND_RECORDS ||
    others.filter(({ status }) => status !== 'FAILED').length >= MAX_REFUNDS ||
    bytes + request.length > MAX_OPEN_REQUESTS
  )
}

export function reservationOf({ ours }: Books, outRefundNo: string): Reservation | undefined {
  return ours.refunds.find((one) => one.out_refund_no === outRefundNo)
}

/** The bytes are not kept where they are never sent again. */
export function withoutRequest(ours: Ours, outRefundNo: string): Ours {
  const reservation = ours.refunds.find((one) => one.out_refund_no === outRefundNo)
  if (reservation?.request === undefined) return ours
  const { request: _, ...rest } = reservation
  return replaced(ours, rest).ours
}

/** The same reservations with one of them changed. */
export function replaced(ours: Ours, changed: Reservation): { readonly ours: Ours } {
  const refunds = ours.refunds.map((one) => (one.out_refund_no === changed.out_refund_no ? changed : one))
  return { ours: { ...ours, refunds } }
}
