/** Refunds a paid order: reserve the amount, call WeChat once with the stored bytes, record what it answered. */
import { beijingDay } from '#shared/beijing-day.ts'
import { canonicalHash } from '#shared/crypto/canonical-hash.ts'
import { AppError } from '#shared/errors.ts'
import { mayBeSentAnew, reservationOf, reserve } from '#shared/ledger/reservation.ts'
import { changed } from '#shared/orders/changed.ts'
import { orderKey } from '#shared/orders/order-key.ts'
import { refundOf } from '#shared/orders/order.ts'
import type { Order, Refund } from '#shared/orders/order.ts'
import type { CallOptions, PaymentChannel } from '#shared/orders/payment-channel.ts'
import { updateOrder } from '#shared/orders/update-order.ts'
import type { Decision } from '#shared/orders/update-order.ts'
import { submitRefund } from '#shared/refunds/submit-refund.ts'
import type { RefundOutcome, SubmitDeps } from '#shared/refunds/submit-refund.ts'
import type { Approval } from '#shared/ledger/books.ts'
import { isRefused } from '#shared/ledger/approval.ts'
import { askApproval } from '#shared/ledger/decide.ts'
import { decided } from '#shared/facts/fact.ts'
import type { RefundFact } from '#shared/facts/fact.ts'
import { learnFact } from '#shared/orders/learn-fact.ts'
import { brokenByHour, brokenByOrder } from '#shared/refunds/judge-refund.ts'
import type { RefundCounts } from '#shared/refund-counts.ts'
import type { RefundRules, RuleName } from '#shared/refund-rules.ts'
import { tellAnswer } from '#shared/refunds/tell-answer.ts'
import type { TellAnswerDeps } from '#shared/refunds/tell-answer.ts'
import type { Switches } from '#shared/switches.ts'
import { withRefundMadeElsewhere } from './made-elsewhere.ts'
import type { ElsewhereDeps } from './made-elsewhere.ts'
import type { RefundRequest } from './schema.ts'

export interface RefundDeps extends SubmitDeps, ElsewhereDeps, TellAnswerDeps {
  readonly channel: SubmitDeps['channel'] & ElsewhereDeps['channel'] & Pick<PaymentChannel, 'refundBody'>
  /** Where the channel tells what became of it. */
  readonly notifyUrl: string
  readonly switches: Switches
  /** Which refunds wait for people. */
  readonly rules: RefundRules
  readonly counts: RefundCounts
}

interface Reserved {
  readonly order: Order
  readonly refund: Refund
  /** False: the refund was there before and nothing may be sent for it now. */
  readonly fresh: boolean
}

/**
 * Creates the operation. The same number with the same body answers what is stored and sends nothing, unless WeChat
 * refused it for a reason that can be cured: then it is reserved and sent again. A refusal of ours leaves the number free.
 * One that WeChat has under the number, made elsewhere, is answered as it is.
 *
 * One that breaks a rule of the stage is reserved and waits for people: it is not sent, its order is held, and that is told as a
 * fact of its own.
 *
 * @returns the refund and its order; `error` when WeChat refused it for certain (the amount is given back).
 * @throws AppError `order_not_found`, `order_not_paid`, `order_held`, `refund_number_used`, `refund_exceeds_refundable`, `too_many_refunds`,
 *   `refunds_paused`.
 */
export function createRefund(deps: RefundDeps) {
  return async (outTradeNo: string, request: RefundRequest, call: CallOptions): Promise<RefundOutcome> => {
    const key = orderKey(deps.mchid, outTradeNo)
    const number = request.out_refund_no
    const stored = await deps.orders.get(key)
    const order =
      stored && (await withRefundMadeElsewhere(deps, { order: stored, outRefundNo: number }, call))
    // What would be refused must not use the number up.
    const { result: expected } = reserved(deps, order, request)
    if (expected.fresh && (await deps.switches.isOn('refunds'))) throw new AppError('refunds_paused')
    // The pointer comes first: one without a reservation is harmless, a refund that cannot be found is not.
    const today = beijingDay(deps.clock.now())
    const { holder, claimId } = await deps.orders.claimRefundNumber(deps.mchid, number, key, today)
    if (holder !== key) throw new AppError('refund_number_used')
    // What was not to be sent when the switch and the rules were asked is not sent, whatever became of it since.
    if (!expected.fresh) return { order: expected.order, refund: expected.refund }
    const now = deps.clock.now()
    const giveBack = (error: unknown) => giveNumberBack(deps, { key, number, claimId, error })
    const counted = { amount: request.amount.refund, now }
    const broken = await brokenByHour(deps.rules, deps.counts, counted).catch(giveBack)
    const decide = (current: Order | undefined) => reserved(deps, current, request, broken)
    const { fresh, ...reservation } = await updateOrder(deps, key, decide, order).catch(giveBack)
    if (!fresh) return reservation
    const told = (current: Order, fact: RefundFact) => tellAnswer(deps, current, fact, call)
    return reservation.refund.approval === undefined
      ? submitRefund(deps, { ...reservation, first: true, record: told }, call)
      : waits(deps, reservation)
  }
}

/** Tells that it waits for people. A crash before this leaves it to the sweep, which tells it as well. */
async function waits(deps: RefundDeps, { order, refund }: RefundOutcome): Promise<RefundOutcome> {
  const reservation = reservationOf(order.books, refund.out_refund_no)
  if (reservation === undefined) throw new AppError('refund_not_found')
  const asked = askApproval(reservation, deps.clock.now())
  const told = await learnFact(deps, order, decided(order, asked))
  return { order: told, refund: refundOf(told, refund.out_refund_no) ?? refund }
}

interface Overtaken {
  readonly key: string
  readonly number: string
  readonly claimId: string
  readonly error: unknown
}

/** Somebody else took the amount meanwhile. Whether the order has a refund of this number decides, not who asked first. */
async function giveNumberBack(
  { orders, mchid }: RefundDeps,
  { key, number, claimId, error }: Overtaken,
): Promise<never> {
  const order =
    error instanceof AppError && error.code !== 'storage_conflict' ? await orders.get(key) : undefined
  if (order !== undefined && refundOf(order, number) === undefined)
    await orders.releaseRefundNumber(mchid, number, claimId)
  throw error
}

function reserved(
  deps: RefundDeps,
  order: Order | undefined,
  request: RefundRequest,
  brokenBefore: readonly RuleName[] = [],
): Decision<Reserved> {
  if (order === undefined) throw new AppError('order_not_found')
  const { out_refund_no } = request
  const request_hash = canonicalHash(request)
  const known = refundOf(order, out_refund_no)
  if (known !== undefined) {
    if (!isRepeat(known, request)) throw new AppError('refund_number_used')
    const reservation = reservationOf(order.books, out_refund_no)
    const failed = known.status === 'FAILED' && reservation !== undefined
    const anew = failed && mayBeSentAnew(reservation) && !isRefused(order.books, reservation)
    if (!anew) return { result: { order, refund: known, fresh: false } }
  }
  const now = deps.clock.now()
  const { refund: amount } = request.amount
  const broken = [...brokenBefore, ...brokenByOrder(deps.rules, order, { amount, out_refund_no })]
  const asked = {
    out_refund_no,
    amount,
    request: deps.channel.refundBody(order, request, deps.notifyUrl),
    request_hash,
    ...(broken.length === 0 ? {} : { approval: approvalBy(deps.rules, broken, now) }),
  }
  const taken = reserve(order.books, asked, now)
  if ('refused' in taken) throw new AppError(taken.refused)
  const save = changed(order, { books: taken }, now)
  const refund = refundOf(save, out_refund_no)
  if (refund === undefined) throw new AppError('internal_error')
  return { save, result: { order: save, refund, fresh: true } }
}

/** Of one that was made elsewhere nothing is known but what WeChat tells. */
function isRepeat({ request_hash, amount }: Refund, request: RefundRequest): boolean {
  return request_hash === undefined
    ? amount === request.amount.refund
    : request_hash === canonicalHash(request)
}

const MINUTE = 60_000

function approvalBy(
  { approvals, remindMinutes, pauseMinutes }: RefundRules,
  rules: readonly RuleName[],
  now: number,
): Approval {
  return {
    rules,
    names: approvals,
    remind_at: now + remindMinutes * MINUTE,
    pause_at: now + pauseMinutes * MINUTE,
  }
}
