/** Tells an order; where it is not final, or on demand, asks WeChat and records what it says as facts. */
import type { Clock } from '#shared/clock.ts'
import { AppError } from '#shared/errors.ts'
import type { Dispatcher } from '#shared/facts/dispatcher.ts'
import type { FactStore } from '#shared/facts/fact-store.ts'
import { factOfTransaction } from '#shared/facts/facts-of.ts'
import { recordFact } from '#shared/facts/record-fact.ts'
import { orderKey } from '#shared/orders/order-key.ts'
import type { Order } from '#shared/orders/order.ts'
import type { OrderStore } from '#shared/orders/order-store.ts'
import { touched } from '#shared/orders/touched.ts'
import { transition } from '#shared/orders/transition.ts'
import { updateOrder } from '#shared/orders/update-order.ts'
import type { Pause } from '#shared/pause.ts'
import { appErrorOf } from '#shared/orders/channel-app-error.ts'
import { ChannelError } from '#shared/orders/channel-error.ts'
import type { CallOptions, PaymentChannel } from '#shared/orders/payment-channel.ts'
import type { Transaction } from '#shared/facts/telling.ts'

export interface QueryDeps {
  readonly mchid: string
  readonly orders: OrderStore
  readonly facts: Pick<FactStore, 'put'>
  readonly dispatcher: Dispatcher
  readonly wechat: Pick<PaymentChannel, 'queryOrder' | 'queryTransaction'>
  readonly clock: Clock
  readonly pause: Pause
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
      const open = order.status === 'CREATED' || order.status === 'AWAITING_PAYMENT'
      return open || call.refresh ? refreshed(deps, order, call) : order
    },

    /** Orders are kept by `out_trade_no`; only WeChat can tell which one a transaction belongs to. */
    async byTransactionId(transactionId: string, call: CallOptions): Promise<Order> {
      const transaction = await asked(() => deps.wechat.queryTransaction(transactionId, call))
      if (transaction === undefined) throw new AppError('order_not_found')
      return learned(deps, await ownOrder(deps, transaction.out_trade_no), transaction)
    },
  }
}

async function ownOrder({ orders, mchid }: QueryDeps, outTradeNo: string): Promise<Order> {
  const order = await orders.get(orderKey(mchid, outTradeNo))
  if (order === undefined) throw new AppError('order_not_found')
  return order
}

async function refreshed(deps: QueryDeps, order: Order, call: CallOptions): Promise<Order> {
  const transaction = await asked(() => deps.wechat.queryOrder(order.out_trade_no, call))
  // WeChat does not know it (yet): our own order is the answer.
  return transaction === undefined ? order : learned(deps, order, transaction)
}

async function learned(deps: QueryDeps, order: Order, transaction: Transaction): Promise<Order> {
  const now = deps.clock.now()
  const fact = factOfTransaction(transaction, { source: 'query', received_at: now })
  if (fact === undefined) return transaction.trade_state === 'NOTPAY' ? placed(deps, order) : order
  await recordFact(deps, fact)
  return transition(order, fact, now).order ?? order
}

/** A crash after the prepay call left CREATED; now it is known that WeChat has the order. */
async function placed(deps: QueryDeps, { order_key, status }: Order): Promise<Order> {
  return updateOrder(deps, order_key, (order) => {
    if (order === undefined) throw new AppError('order_not_found')
    if (status !== 'CREATED' || order.status !== 'CREATED') return { result: order }
    const save = touched({ ...order, status: 'AWAITING_PAYMENT' }, deps.clock.now())
    return { save, result: save }
  })
}

async function asked(query: () => Promise<Transaction>): Promise<Transaction | undefined> {
  try {
    return await query()
  } catch (error) {
    if (!(error instanceof ChannelError)) throw error
    if (error.code === 'not_found') return undefined
    throw appErrorOf(error)
  }
}
