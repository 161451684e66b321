/** Refunds a paid order: reserve the amount, call WeChat once with the stored bytes, record what it answered. */
import type { Clock } from '#shared/clock.ts'
import { canonicalHash } from '#shared/crypto/canonical-hash.ts'
import { AppError } from '#shared/errors.ts'
import type { Dispatcher } from '#shared/facts/dispatcher.ts'
import type { FactStore } from '#shared/facts/fact-store.ts'
import { orderKey } from '#shared/orders/order-key.ts'
import { refundOf } from '#shared/orders/order.ts'
import type { Order, Refund } from '#shared/orders/order.ts'
import type { OrderStore } from '#shared/orders/order-store.ts'
import { maySendAnew, reserveRefund } from '#shared/orders/refund.ts'
import { updateOrder } from '#shared/orders/update-order.ts'
import type { Decision } from '#shared/orders/update-order.ts'
import type { Pause } from '#shared/pause.ts'
import { submitRefund } from '#shared/refunds/submit-refund.ts'
import type { RefundOutcome } from '#shared/refunds/submit-refund.ts'
import type { CallOptions, PaymentChannel } from '#shared/orders/payment-channel.ts'
import type { RefundRequest } from './schema.ts'

export interface RefundDeps {
  readonly mchid: string
  /** Always sent: without it WeChat notifies refunds in APIv2 XML (doc merchant/4013071036). */
  readonly notifyUrl: string
  readonly orders: OrderStore
  readonly facts: Pick<FactStore, 'put'>
  readonly dispatcher: Dispatcher
  readonly wechat: Pick<PaymentChannel, 'createRefund'>
  readonly clock: Clock
  readonly pause: Pause
}

interface Reservation {
  readonly order: Order
  readonly refund: Refund
  /** False: the refund was there before and nothing may be sent for it now. */
  readonly fresh: boolean
}

/**
 * Creates the operation. The same number with the same body answers what is stored and sends nothing, unless WeChat
 * refused it for a reason that can be cured: then it is reserved and sent again.
 *
 * @returns the refund and its order; `error` when WeChat refused it for certain (the amount is given back).
 * @throws AppError `order_not_found`, `order_not_paid`, `order_held`, `refund_number_used`, `refund_exceeds_refundable`, `too_many_refunds`.
 */
export function createRefund(deps: RefundDeps) {
  return async (outTradeNo: string, request: RefundRequest, call: CallOptions): Promise<RefundOutcome> => {
    const key = orderKey(deps.mchid, outTradeNo)
    // What would be refused must not use the number up.
    reserve(deps, await deps.orders.get(key), request)
    // The pointer comes first: one without a reservation is harmless, a refund that cannot be found is not.
    const holder = await deps.orders.claimRefundNumber(deps.mchid, request.out_refund_no, key)
    if (holder !== key) throw new AppError('refund_number_used')
    const reserved = await updateOrder(deps, key, (order) => reserve(deps, order, request))
    return reserved.fresh
      ? submitRefund(deps, { ...reserved, first: true }, call)
      : { order: reserved.order, refund: reserved.refund }
  }
}

function reserve(deps: RefundDeps, order: Order | undefined, request: RefundRequest): Decision<Reservation> {
  if (order === undefined) throw new AppError('order_not_found')
  const requestHash = canonicalHash(request)
  const known = refundOf(order, request.out_refund_no)
  if (known !== undefined) {
    if (known.request_hash !== requestHash) throw new AppError('refund_number_used')
    if (!maySendAnew(known)) return { result: { order, refund: known, fresh: false } }
  }
  const reserved = reserveRefund(
    order,
    {
      out_refund_no: request.out_refund_no,
      amount: request.amount.refund,
      request: wireBody(deps, order, request),
      request_hash: requestHash,
    },
    deps.clock.now(),
  )
  if ('refused' in reserved) throw new AppError(reserved.refused)
  const refund = refundOf(reserved.order, request.out_refund_no)
  if (refund === undefined) throw new AppError('internal_error')
  return { save: reserved.order, result: { order: reserved.order, refund, fresh: true } }
}

/** The bytes for WeChat, built once and stored; `total` is what was paid, never what a client says. */
function wireBody(
  { notifyUrl }: RefundDeps,
  order: Order,
  { out_refund_no, amount, reason, funds_account, goods_detail }: RefundRequest,
): string {
  return JSON.stringify({
    transaction_id: order.transaction_id,
    out_refund_no,
    reason,
    notify_url: notifyUrl,
    funds_account,
    amount: {
      refund: amount.refund,
      total: order.amount.total,
      currency: order.amount.currency,
      from: amount.from,
    },
    goods_detail,
  })
}
