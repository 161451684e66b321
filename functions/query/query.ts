/** Tells an order; where it is not final, or on demand, asks WeChat and records what it says as facts. */
import { AppError } from '#shared/errors.ts'
import { appErrorOf } from '#shared/orders/channel-app-error.ts'
import { ChannelError } from '#shared/orders/channel-error.ts'
import { orderKey } from '#shared/orders/order-key.ts'
import { isPaymentOpen } from '#shared/orders/order.ts'
import type { Order } from '#shared/orders/order.ts'
import type { CallOptions, PaymentChannel } from '#shared/orders/payment-channel.ts'
import type { Transaction } from '#shared/facts/telling.ts'
import { ifKnown, learnPayment } from '#shared/payments/learn-payment.ts'
import { withUnsplit } from '#shared/payments/submit-unfreeze.ts'
import type { LearnDeps } from '#shared/orders/learn-fact.ts'

export interface QueryDeps extends LearnDeps {
  readonly mchid: string
  readonly channel: Pick<PaymentChannel, 'queryOrder' | 'queryTransaction' | 'unsplitAmount'>
}

export interface QueryCall extends CallOptions {
  /** Ask WeChat even when the order is final. */
  readonly refresh: boolean
}

/**
 * Creates the operation. Resolves with the order as it will be once what was learned is settled.
 *
 * @throws AppError `order_not_found`, `wechat_refused`, `wechat_unavailable`, `wechat_rate_limited`.
 */
export function createQuery(deps: QueryDeps) {
  return {
    async byOutTradeNo(outTradeNo: string, call: QueryCall): Promise<Order> {
      const order = await ownOrder(deps, outTradeNo)
      return isPaymentOpen(order) || call.refresh ? refreshed(deps, order, call) : order
    },

    /** Orders are kept by `out_trade_no`; only WeChat can tell which one a transaction belongs to. */
    async byTransactionId(transactionId: string, call: CallOptions): Promise<Order> {
      const told = await asked(() => deps.channel.queryTransaction(transactionId, call))
      if (told === undefined) throw new AppError('order_not_found')
      return (await learnPayment(deps, await ownOrder(deps, told.out_trade_no), told)).order
    },
  }
}

async function ownOrder({ orders, mchid }: QueryDeps, outTradeNo: string): Promise<Order> {
  const order = await orders.get(orderKey(mchid, outTradeNo))
  if (order === undefined) throw new AppError('order_not_found')
  return order
}

async function refreshed(deps: QueryDeps, order: Order, call: QueryCall): Promise<Order> {
  const told = await asked(() => deps.channel.queryOrder(order.out_trade_no, call))
  // WeChat does not know it (yet): our own order is the answer.
  const learned = told === undefined ? order : (await learnPayment(deps, order, told)).order
  const shared = learned.books.ours.asked?.profit_sharing === true && learned.status === 'PAID'
  return shared && call.refresh ? withUnsplit(deps, learned, call) : learned
}

async function asked(query: () => Promise<Transaction>): Promise<Transaction | undefined> {
  try {
    return await ifKnown(query)
  } catch (error) {
    throw error instanceof ChannelError ? appErrorOf(error) : error
  }
}
