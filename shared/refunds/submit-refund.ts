/** Sends a reserved refund to WeChat and records the answer; used for the first try and for every later one. */
import type { Clock } from '#shared/clock.ts'
import { AppError } from '#shared/errors.ts'
import type { Dispatcher } from '#shared/facts/dispatcher.ts'
import type { FactStore } from '#shared/facts/fact-store.ts'
import { refundOf } from '#shared/orders/order.ts'
import type { Order, Refund } from '#shared/orders/order.ts'
import type { OrderStore } from '#shared/orders/order-store.ts'
import { recordRefundAnswer } from '#shared/orders/refund.ts'
import type { RefundAnswer } from '#shared/orders/refund.ts'
import { updateOrder } from '#shared/orders/update-order.ts'
import type { Pause } from '#shared/pause.ts'
import { appErrorOf } from '#shared/orders/channel-app-error.ts'
import { ChannelError } from '#shared/orders/channel-error.ts'
import type { CallOptions, PaymentChannel } from '#shared/orders/payment-channel.ts'
import type { ChannelRefund } from '#shared/facts/telling.ts'
import { learnRefund } from './learn-refund.ts'

export interface SubmitDeps {
  readonly mchid: string
  readonly orders: OrderStore
  readonly facts: Pick<FactStore, 'put'>
  readonly dispatcher: Dispatcher
  readonly wechat: Pick<PaymentChannel, 'createRefund'>
  readonly clock: Clock
  readonly pause: Pause
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
}

/** Sends the stored bytes. PROCESSING when accepted, FAILED when refused for certain, UNKNOWN in every other case. */
export async function submitRefund(
  deps: SubmitDeps,
  submission: Submission,
  call: CallOptions,
): Promise<RefundOutcome> {
  const { order, refund } = submission
  if (refund.request === undefined) throw new AppError('internal_error', 'the refund has no stored request')
  let told: ChannelRefund
  try {
    told = await deps.wechat.createRefund(refund.request, call)
  } catch (error) {
    if (!(error instanceof ChannelError)) throw error
    const answer = answerOf(error, submission)
    const changed = await record(deps, refund.out_refund_no, { order, answer })
    return changed.refund.status === 'FAILED' ? { ...changed, error: appErrorOf(error) } : changed
  }
  return learnRefund(deps, order, told)
}

interface Recording {
  readonly order: Order
  readonly answer: RefundAnswer
}

async function record(
  deps: SubmitDeps,
  outRefundNo: string,
  { order, answer }: Recording,
): Promise<RefundOutcome> {
  return updateOrder(deps, order.order_key, (current) => {
    if (current === undefined) throw new AppError('order_not_found')
    const save = recordRefundAnswer(current, outRefundNo, { answer, now: deps.clock.now() })
    const refund = refundOf(save ?? current, outRefundNo)
    if (refund === undefined) throw new AppError('refund_not_found')
    return { save, result: { order: save ?? current, refund } }
  })
}

function answerOf(error: ChannelError, { first }: Submission): RefundAnswer {
  return isRefusal(error)
    ? { kind: 'refused', code: error.wechatCode ?? error.code, first }
    : { kind: 'unknown' }
}

/**
 * A refund fails only when WeChat answered so about this very refund. Not sent, out of time, wrong signature, rate limit
 * and "no such order" (seen right after a payment) leave it open: the same bytes are sent again later.
 */
function isRefusal({ certain, code, httpStatus }: ChannelError): boolean {
  const answered = httpStatus !== undefined && httpStatus !== 401
  return certain && answered && code !== 'rate_limited' && code !== 'not_found'
}
