/**
 * A refund that waits for people: told of where a crash kept it from being told, sent for the first time once it is approved, and
 * louder the longer nobody decides: told again, then all refunds are paused because of it, once.
 */
import { decided } from '#shared/facts/fact.ts'
import { approvalIsAsked, ASKED_BY } from '#shared/ledger/approval.ts'
import type { Approval, Books, Reservation } from '#shared/ledger/books.ts'
import { askApproval } from '#shared/ledger/decide.ts'
import { reservationOf } from '#shared/ledger/reservation.ts'
import { withApprovedSend, withPauseNoted } from '#shared/ledger/sending.ts'
import { changed } from '#shared/orders/changed.ts'
import { learnFact } from '#shared/orders/learn-fact.ts'
import { refundOf } from '#shared/orders/order.ts'
import type { Order } from '#shared/orders/order.ts'
import type { CallOptions } from '#shared/orders/payment-channel.ts'
import { updateOrder } from '#shared/orders/update-order.ts'
import { submitRefund } from '#shared/refunds/submit-refund.ts'
import type { Submission } from '#shared/refunds/submit-refund.ts'
import type { DriveDeps, OpenRefund } from './drive-deps.ts'

/** @returns whether the refund was sent. */
export async function driveApproval(
  deps: DriveDeps,
  { order, refund, maySend }: OpenRefund,
  call: CallOptions,
): Promise<boolean> {
  const reservation = reservationOf(order.books, refund.out_refund_no)
  if (reservation?.approval === undefined) return false
  if (refund.approval?.state === 'approved')
    return maySend && send(deps, { order, outRefundNo: refund.out_refund_no }, call)
  if (refund.approval?.state === 'waiting')
    await wait(deps, order, { ...reservation, approval: reservation.approval })
  return false
}

interface Sending {
  readonly order: Order
  readonly outRefundNo: string
}

async function send(deps: DriveDeps, { order, outRefundNo }: Sending, call: CallOptions): Promise<boolean> {
  if (await deps.switches.isOn('refunds')) return false
  const begun = await note(deps, order, { outRefundNo, noted: withApprovedSend })
  if (begun === undefined) return false
  const sent = await submitRefund(deps, { ...begun, first: true }, call)
  const fields = { out_trade_no: order.out_trade_no, out_refund_no: outRefundNo }
  deps.logger.info('REFUND_APPROVED_SENT', { ...fields, outcome: sent.refund.status })
  return true
}

async function wait(
  deps: DriveDeps,
  order: Order,
  reservation: Reservation & { readonly approval: Approval },
): Promise<void> {
  const now = deps.clock.now()
  const { out_refund_no, approval } = reservation
  if (!approvalIsAsked(order.books, reservation))
    await learnFact(deps, order, decided(order, askApproval(reservation, now)))
  if (now < approval.remind_at) return
  const fields = { out_trade_no: order.out_trade_no, out_refund_no }
  deps.metrics.put('ApprovalOverdue')
  deps.logger.warn('APPROVAL_OVERDUE', fields)
  if (now < approval.pause_at || approval.paused_at !== undefined) return
  // First the pause, then the note of it: a crash between them pauses what is paused.
  await deps.pauseRefunds({ by: ASKED_BY, note: `nobody decided on the refund ${out_refund_no}`, at: now })
  await note(deps, order, { outRefundNo: out_refund_no, noted: withPauseNoted })
  deps.logger.error('REFUNDS_PAUSED', fields)
}

interface Note {
  readonly outRefundNo: string
  readonly noted: (books: Books, outRefundNo: string, now: number) => Partial<Books> | undefined
}

/** @returns the order and the refund with it; undefined when there is nothing to note any more. */
function note(
  deps: DriveDeps,
  { order_key }: Order,
  { outRefundNo, noted }: Note,
): Promise<Pick<Submission, 'order' | 'refund'> | undefined> {
  return updateOrder(deps, order_key, (current) => {
    const now = deps.clock.now()
    const books = current && noted(current.books, outRefundNo, now)
    if (current === undefined || books === undefined) return { result: undefined }
    const save = changed(current, { books }, now)
    const refund = refundOf(save, outRefundNo)
    return { save, result: refund && { order: save, refund } }
  })
}
