/**
 * Finds at WeChat a refund that is asked for under a number that we do not have, of an order that has refunds we do not know:
 * after the tables were restored it may well be ours.
 */
import { AppError } from '#shared/errors.ts'
import { REFUNDS_UNKNOWN } from '#shared/ledger/fold-elsewhere.ts'
import { appErrorOf } from '#shared/orders/channel-app-error.ts'
import { ChannelError } from '#shared/orders/channel-error.ts'
import { refundOf } from '#shared/orders/order.ts'
import type { Order } from '#shared/orders/order.ts'
import type { CallOptions, PaymentChannel } from '#shared/orders/payment-channel.ts'
import { learnRefund } from '#shared/refunds/learn-refund.ts'
import type { LearnRefundDeps } from '#shared/refunds/learn-refund.ts'

export interface ElsewhereDeps extends LearnRefundDeps {
  readonly channel: Pick<PaymentChannel, 'queryRefund'>
}

/**
 * @returns the order, with the refund in it if WeChat has it.
 * @throws AppError `refund_number_used` when it is one of another order, `wechat_unavailable`, `wechat_rate_limited`, `wechat_refused`.
 */
export async function withRefundMadeElsewhere(
  deps: ElsewhereDeps,
  { order, outRefundNo }: { readonly order: Order; readonly outRefundNo: string },
  call: CallOptions,
): Promise<Order> {
  if (!Object.hasOwn(order.holds, REFUNDS_UNKNOWN) || refundOf(order, outRefundNo) !== undefined) return order
  try {
    const told = await deps.channel.queryRefund(outRefundNo, { ...call, outTradeNo: order.out_trade_no })
    if (told.out_trade_no !== order.out_trade_no) throw new AppError('refund_number_used')
    return (await learnRefund(deps, order, { told, source: 'query' })).order
  } catch (error) {
    if (!(error instanceof ChannelError)) throw error
    if (error.code !== 'not_found') throw appErrorOf(error)
    return order
  }
}
