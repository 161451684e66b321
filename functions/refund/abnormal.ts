/** Has an abnormal refund paid to a bank card: decided by a person, sent once, and asked about where its outcome is not known. */
import { AppError } from '#shared/errors.ts'
import { decided } from '#shared/facts/fact.ts'
import {
  applicationDecision,
  askApplication,
  hasRoomForApplication,
  MAX_APPLICATIONS,
  withApplication,
  withApplicationState,
} from '#shared/ledger/application.ts'
import type { Application } from '#shared/ledger/books.ts'
import { appErrorOf } from '#shared/orders/channel-app-error.ts'
import { changed } from '#shared/orders/changed.ts'
import { ChannelError } from '#shared/orders/channel-error.ts'
import { learnFact } from '#shared/orders/learn-fact.ts'
import { refundOf } from '#shared/orders/order.ts'
import type { Order } from '#shared/orders/order.ts'
import type { CallOptions, PaymentChannel } from '#shared/orders/payment-channel.ts'
import { updateOrder } from '#shared/orders/update-order.ts'
import { learnRefund } from '#shared/refunds/learn-refund.ts'
import type { LearnedRefund, LearnRefundDeps } from '#shared/refunds/learn-refund.ts'
import type { Switches } from '#shared/switches.ts'
import type { AbnormalRequest } from './schema.ts'

export interface AbnormalDeps extends LearnRefundDeps {
  readonly channel: Pick<PaymentChannel, 'applyAbnormalRefund' | 'queryRefund'>
  readonly switches: Switches
}

export interface AppliedRefund extends LearnedRefund {
  /** Present when WeChat refused it for certain. */
  readonly error?: AppError
}

/**
 * Creates the operation. What a card has is sealed for WeChat on the way out, and kept nowhere.
 *
 * @throws AppError `refund_not_found`, `refund_not_abnormal`, `order_held`, `refunds_paused`, `invalid_request` (too many),
 *   `operation_not_offered`.
 */
export function createAbnormal(deps: AbnormalDeps) {
  return async (outRefundNo: string, request: AbnormalRequest, call: CallOptions): Promise<AppliedRefund> => {
    const { applyAbnormalRefund: apply } = deps.channel
    if (apply === undefined) throw new AppError('operation_not_offered')
    const order = await orderOfRefund(deps, outRefundNo)
    const asked = { out_refund_no: outRefundNo, type: request.type }
    const now = deps.clock.now()
    const answer = askApplication(order.books, asked, now)
    if ('refused' in answer) throw new AppError(answer.refused)
    if ('known' in answer) return askWechat(deps, order, outRefundNo, call)
    if (!hasRoomForApplication(order.books))
      throw new AppError(
        'invalid_request',
        `the order has too many applications (${MAX_APPLICATIONS} at most)`,
      )
    if (await deps.switches.isOn('refunds')) throw new AppError('refunds_paused')
    const { by, note } = request
    const decision = applicationDecision(asked, answer.attempt, { by, note, at: now })
    await learnFact(deps, order, decided(order, decision))
    const begun = await begin(deps, order, { asked, attempt: answer.attempt })
    return begun === undefined
      ? askWechat(deps, order, outRefundNo, call)
      : send(
          deps,
          begun,
          { apply, request, refundId: answer.refundId, attempt: answer.attempt, outRefundNo },
          call,
        )
  }
}

async function orderOfRefund({ orders, mchid }: AbnormalDeps, outRefundNo: string): Promise<Order> {
  const key = await orders.findByRefundNumber(mchid, outRefundNo)
  const order = key === undefined ? undefined : await orders.get(key)
  if (order === undefined || refundOf(order, outRefundNo) === undefined)
    throw new AppError('refund_not_found')
  return order
}

interface Beginning {
  readonly asked: { readonly out_refund_no: string; readonly type: AbnormalRequest['type'] }
  readonly attempt: number
}

/** Of two at once one begins. @returns undefined for the other one */
function begin(
  deps: AbnormalDeps,
  { order_key }: Order,
  { asked, attempt }: Beginning,
): Promise<Order | undefined> {
  return updateOrder(deps, order_key, (current) => {
    if (current === undefined) throw new AppError('order_not_found')
    const now = deps.clock.now()
    const answer = askApplication(current.books, asked, now)
    if ('refused' in answer) throw new AppError(answer.refused)
    if ('known' in answer || answer.attempt !== attempt) return { result: undefined }
    const save = changed(current, { books: withApplication(current.books, asked, { attempt, now }) }, now)
    return { save, result: save }
  })
}

interface Sending {
  readonly apply: Required<PaymentChannel>['applyAbnormalRefund']
  readonly request: AbnormalRequest
  readonly refundId: string
  readonly attempt: number
  readonly outRefundNo: string
}

async function send(
  deps: AbnormalDeps,
  order: Order,
  { apply, request, refundId, attempt, outRefundNo }: Sending,
  call: CallOptions,
): Promise<AppliedRefund> {
  const sent = { out_refund_no: outRefundNo, attempt }
  const { by: _by, note: _note, ...application } = request
  try {
    const told = await apply({ ...application, refundId, outRefundNo }, call)
    const noted = await note(deps, order, sent, { state: 'ACCEPTED' })
    return await learnRefund(deps, noted, { told, source: 'answer' })
  } catch (error) {
    if (!(error instanceof ChannelError)) throw error
    if (!isRefusal(error)) return refundIn(await note(deps, order, sent, { state: 'UNKNOWN' }), outRefundNo)
    const failure_code = error.wechatCode ?? error.code
    const refused = await note(deps, order, sent, { state: 'REFUSED', failure_code })
    return { ...refundIn(refused, outRefundNo), error: appErrorOf(error) }
  }
}

function note(
  deps: AbnormalDeps,
  { order_key }: Order,
  sent: { readonly out_refund_no: string; readonly attempt: number },
  change: Pick<Application, 'state' | 'failure_code'>,
): Promise<Order> {
  return updateOrder(deps, order_key, (current) => {
    if (current === undefined) throw new AppError('order_not_found')
    const now = deps.clock.now()
    const books = withApplicationState(current.books, sent, { ...change, updated_at: now })
    const save = books === undefined ? undefined : changed(current, { books }, now)
    return { save, result: save ?? current }
  })
}

/** Nothing is sent: what WeChat says of the refund is what there is to know. */
async function askWechat(
  deps: AbnormalDeps,
  order: Order,
  outRefundNo: string,
  call: CallOptions,
): Promise<AppliedRefund> {
  try {
    const told = await deps.channel.queryRefund(outRefundNo, { ...call, outTradeNo: order.out_trade_no })
    return await learnRefund(deps, order, { told, source: 'query' })
  } catch (error) {
    throw error instanceof ChannelError ? appErrorOf(error) : error
  }
}

function refundIn(order: Order, outRefundNo: string): LearnedRefund {
  const refund = refundOf(order, outRefundNo)
  if (refund === undefined) throw new AppError('refund_not_found')
  return { order, refund }
}

/** WeChat answered about this very application; a wrong signature (401) and "come later" say nothing of it. */
function isRefusal({ certain, code, httpStatus }: ChannelError): boolean {
  return certain && httpStatus !== undefined && httpStatus !== 401 && code !== 'rate_limited'
}
