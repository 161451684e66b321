/** Closes an unpaid order; one that is paid already is told so, and its payment is recorded. */
import { AppError } from '#shared/errors.ts'
import { appErrorOf } from '#shared/orders/channel-app-error.ts'
import { ChannelError } from '#shared/orders/channel-error.ts'
import { orderKey } from '#shared/orders/order-key.ts'
import type { Order } from '#shared/orders/order.ts'
import type { CallOptions } from '#shared/orders/payment-channel.ts'
import { closePayment } from '#shared/payments/close-payment.ts'
import type { ClosePaymentDeps } from '#shared/payments/close-payment.ts'

export interface CloseDeps extends ClosePaymentDeps {
  readonly mchid: string
}

/**
 * Creates the operation. Resolves with the order as it will be once the recorded fact is settled.
 *
 * @throws AppError `order_not_found`, `order_already_paid`, `order_not_placed`, `wechat_refused`, `wechat_unavailable`.
 */
export function createClose(deps: CloseDeps) {
  return async (outTradeNo: string, call: CallOptions): Promise<Order> => {
    const order = await deps.orders.get(orderKey(deps.mchid, outTradeNo))
    if (order === undefined) throw new AppError('order_not_found')
    if (order.status === 'CLOSED') return order
    if (order.status === 'PAID') throw new AppError('order_already_paid')
    if (order.status !== 'CREATED' && order.status !== 'AWAITING_PAYMENT')
      throw new AppError('order_not_placed')
    const closed = await closePayment(deps, order, call).catch(refused)
    if (closed.fact.state === 'SUCCESS') throw new AppError('order_already_paid')
    return closed.order
  }
}

function refused(error: unknown): never {
  if (!(error instanceof ChannelError)) throw error
  if (error.code === 'not_found') throw new AppError('order_not_placed', undefined, { cause: error })
  throw appErrorOf(error)
}
