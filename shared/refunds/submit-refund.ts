/** Sends a reserved refund to WeChat and records the answer; used for the first try and for every later one. */
import { AppError } from '#shared/errors.ts'
import { refundFailed } from '#shared/facts/fact.ts'
import type { RefundFact } from '#shared/facts/fact.ts'
import type { ChannelRefund } from '#shared/facts/telling.ts'
import type { Books, Reservation } from '#shared/ledger/books.ts'
import { reservationOf } from '#shared/ledger/reservation.ts'
import { refusalIsFinal, withRefusal, withUnknownOutcome } from '#shared/ledger/sending.ts'
import { appErrorOf } from '#shared/orders/channel-app-error.ts'
import { changed } from '#shared/orders/changed.ts'
import { ChannelError } from '#shared/orders/channel-error.ts'
import { learnFact } from '#shared/orders/learn-fact.ts'
import { refundOf } from '#shared/orders/order.ts'
import type { Order, Refund } from '#shared/orders/order.ts'
import type { CallOptions, PaymentChannel } from '#shared/orders/payment-channel.ts'
import { updateOrder } from '#shared/orders/update-order.ts'
import { learnRefund } from './learn-refund.ts'
import type { LearnRefundDeps } from './learn-refund.ts'

export interface SubmitDeps extends LearnRefundDeps {
  readonly channel: Pick<PaymentChannel, 'createRefund'>
}

export interface RefundOutcome {
  readonly order: Order
  readonly refund: Refund
  /** Present when WeChat refused the refund for certain. */
  readonly error?: AppError
}

export interface Submission {
  readonly order: Order
  readonly refund: Refund
  /** Nothing was ever sent for this refund before; only then does one refusal settle the matter. */
  readonly first: boolean
  /** How the answer comes into the order, where that is not as a fact. */
  readonly record?: (order: Order, fact: RefundFact) => Promise<Order>
}

/** Sends the stored bytes. As WeChat tells when accepted, FAILED when refused for certain, UNKNOWN in every other case. */
export async function submitRefund(
  deps: SubmitDeps,
  submission: Submission,
  call: CallOptions,
): Promise<RefundOutcome> {
  const { order, refund, record } = submission
  if (refund.request === undefined) throw new AppError('internal_error', 'the refund has no stored request')
  let told: ChannelRefund
  try {
    told = await deps.channel.createRefund(refund.request, call)
  } catch (error) {
    if (!(error instanceof ChannelError)) throw error
    return isRefusal(error) ? refused(deps, submission, error) : unknown(deps, submission)
  }
  return learnRefund(deps, order, { told, source: 'answer', record })
}

async function refused(
  deps: SubmitDeps,
  submission: Submission,
  error: ChannelError,
): Promise<RefundOutcome> {
  const { order, refund, first } = submission
  const { out_refund_no } = refund
  const code = error.wechatCode ?? error.code
  const now = deps.clock.now()
  const reservation = ownReservation(order, out_refund_no)
  if (!refusalIsFinal(reservation, { first, now }))
    return note(deps, submission, (books) => withRefusal(books, { out_refund_no, code, first, now }))
  const failure = refundFailed({
    mchid: order.mchid,
    out_trade_no: order.out_trade_no,
    out_refund_no,
    attempt: reservation.attempt,
    failure_code: code,
    source: 'answer',
    received_at: now,
  })
  const failed = outcomeOf(await learnFact(deps, order, failure), out_refund_no)
  return failed.refund.status === 'FAILED' ? { ...failed, error: appErrorOf(error) } : failed
}

function unknown(deps: SubmitDeps, submission: Submission): Promise<RefundOutcome> {
  const { out_refund_no } = submission.refund
  return note(deps, submission, (books) => withUnknownOutcome(books, out_refund_no, deps.clock.now()))
}

/** Notes in the order how far the sending is known: nobody outside has to hear of it. */
function note(
  deps: SubmitDeps,
  { order, refund }: Submission,
  noted: (books: Books) => Partial<Books> | undefined,
): Promise<RefundOutcome> {
  return updateOrder(deps, order.order_key, (current) => {
    if (current === undefined) throw new AppError('order_not_found')
    const books = noted(current.books)
    const save = books === undefined ? undefined : changed(current, { books }, deps.clock.now())
    return { save, result: outcomeOf(save ?? current, refund.out_refund_no) }
  })
}

function ownReservation(order: Order, outRefundNo: string): Reservation {
  const reservation = reservationOf(order.books, outRefundNo)
  if (reservation === undefined) throw new AppError('refund_not_found')
  return reservation
}

function outcomeOf(order: Order, outRefundNo: string): RefundOutcome {
  const refund = refundOf(order, outRefundNo)
  if (refund === undefined) throw new AppError('refund_not_found')
  return { order, refund }
}

/**
 * A refund fails only when WeChat answered so about this very refund. Not sent, out of time, wrong signature, rate limit
 * and "no such order" (seen right after a payment) leave it open: the same bytes are sent again later.
 */
function isRefusal({ certain, code, httpStatus }: ChannelError): boolean {
  const answered = httpStatus !== undefined && httpStatus !== 401
  return certain && answered && code !== 'rate_limited' && code !== 'not_found'
}
