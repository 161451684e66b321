/** Tells a refund; where it is not final or not known here, or on demand, asks WeChat and records what it says. */
import { AppError } from '#shared/errors.ts'
import { appErrorOf } from '#shared/orders/channel-app-error.ts'
import { ChannelError } from '#shared/orders/channel-error.ts'
import { orderKey } from '#shared/orders/order-key.ts'
import { isDoubted, isOpen, isUnclear, refundOf } from '#shared/orders/order.ts'
import type { Order } from '#shared/orders/order.ts'
import type { CallOptions, PaymentChannel } from '#shared/orders/payment-channel.ts'
import { learnRefund } from '#shared/refunds/learn-refund.ts'
import type { LearnedRefund, LearnRefundDeps } from '#shared/refunds/learn-refund.ts'

export interface QueryRefundDeps extends LearnRefundDeps {
  readonly channel: Pick<PaymentChannel, 'queryRefund'>
}

export interface QueryRefundCall extends CallOptions {
  /** Ask WeChat even when the refund is final. */
  readonly refresh: boolean
}

/** @throws AppError `refund_not_found`, `wechat_refused`, `wechat_unavailable`, `wechat_rate_limited`. */
export function createQueryRefund(deps: QueryRefundDeps) {
  return async (outRefundNo: string, call: QueryRefundCall): Promise<LearnedRefund> => {
    const order = await orderOf(deps, outRefundNo)
    const stored = order === undefined ? undefined : storedIn(order, outRefundNo)
    const settled = stored !== undefined && isSettled(stored)
    return settled && !call.refresh ? stored : asked(deps, { outRefundNo, order, stored }, call)
  }
}

function isSettled({ order, refund }: LearnedRefund): boolean {
  return !isOpen(refund) && !isDoubted(refund) && !isUnclear(order, refund.out_refund_no)
}

interface Question {
  readonly outRefundNo: string
  /** Known by its number. */
  readonly order: Order | undefined
  /** Absent also where the refund was only named. */
  readonly stored: LearnedRefund | undefined
}

async function asked(
  deps: QueryRefundDeps,
  { outRefundNo, order: known, stored }: Question,
  call: QueryRefundCall,
): Promise<LearnedRefund> {
  try {
    const outTradeNo = known?.out_trade_no
    const told = await deps.channel.queryRefund(outRefundNo, {
      signal: call.signal,
      ...(outTradeNo === undefined ? {} : { outTradeNo }),
    })
    // One that was made elsewhere belongs to the order that WeChat names, if that is ours.
    const order = stored?.order ?? (await deps.orders.get(orderKey(deps.mchid, told.out_trade_no)))
    if (order === undefined) throw new AppError('refund_not_found')
    return await learnRefund(deps, order, { told, source: 'query' })
  } catch (error) {
    if (!(error instanceof ChannelError)) throw error
    if (error.code !== 'not_found') throw appErrorOf(error)
    if (stored === undefined) throw new AppError('refund_not_found')
    // WeChat does not know it: what is stored is the answer, and the sweep sends it again.
    return stored
  }
}

async function orderOf({ orders, mchid }: QueryRefundDeps, outRefundNo: string): Promise<Order | undefined> {
  const key = await orders.findByRefundNumber(mchid, outRefundNo)
  return key === undefined ? undefined : orders.get(key)
}

function storedIn(order: Order, outRefundNo: string): LearnedRefund | undefined {
  const refund = refundOf(order, outRefundNo)
  return refund === undefined ? undefined : { order, refund }
}
