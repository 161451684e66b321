/** Tells a refund; where it is not final, or on demand, asks WeChat and records what it says. */
import { AppError } from '#shared/errors.ts'
import { isOpen } from '#shared/orders/check-plan.ts'
import { refundOf } from '#shared/orders/order.ts'
import type { Order, Refund } from '#shared/orders/order.ts'
import { learnRefund } from '#shared/refunds/learn-refund.ts'
import type { LearnDeps, LearnedRefund } from '#shared/refunds/learn-refund.ts'
import { appErrorOf } from '#shared/orders/channel-app-error.ts'
import { ChannelError } from '#shared/orders/channel-error.ts'
import type { CallOptions, PaymentChannel } from '#shared/orders/payment-channel.ts'

export interface QueryRefundDeps extends LearnDeps {
  readonly wechat: Pick<PaymentChannel, 'queryRefund'>
}

export interface QueryRefundCall extends CallOptions {
  /** Ask WeChat even when the refund is final. */
  readonly refresh: boolean
}

/** @throws AppError `refund_not_found`, `wechat_refused`, `wechat_unavailable`, `wechat_rate_limited`. */
export function createQueryRefund(deps: QueryRefundDeps) {
  return async (outRefundNo: string, call: QueryRefundCall): Promise<LearnedRefund> => {
    const stored = await storedRefund(deps, outRefundNo)
    if (!isOpen(stored.refund) && !call.refresh) return stored
    try {
      return await learnRefund(deps, stored.order, await deps.wechat.queryRefund(outRefundNo, call))
    } catch (error) {
      if (!(error instanceof ChannelError)) throw error
      // WeChat does not know it: what is stored is the answer, and the sweep sends it again.
      if (error.code === 'not_found') return stored
      throw appErrorOf(error)
    }
  }
}

async function storedRefund(
  { orders, mchid }: QueryRefundDeps,
  outRefundNo: string,
): Promise<{ order: Order; refund: Refund }> {
  const key = await orders.findByRefundNumber(mchid, outRefundNo)
  const order = key === undefined ? undefined : await orders.get(key)
  const refund = order === undefined ? undefined : refundOf(order, outRefundNo)
  if (order === undefined || refund === undefined) throw new AppError('refund_not_found')
  return { order, refund }
}
