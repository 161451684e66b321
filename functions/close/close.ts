/** Closes an unpaid order: at WeChat first, then as a fact; "already paid" records the payment instead. */
import type { Clock } from '#shared/clock.ts'
import { AppError } from '#shared/errors.ts'
import type { Dispatcher } from '#shared/facts/dispatcher.ts'
import { paymentClosed } from '#shared/facts/fact.ts'
import type { FactStore } from '#shared/facts/fact-store.ts'
import { factOfTransaction } from '#shared/facts/facts-of.ts'
import { recordFact } from '#shared/facts/record-fact.ts'
import { orderKey } from '#shared/orders/order-key.ts'
import type { Order } from '#shared/orders/order.ts'
import type { OrderStore } from '#shared/orders/order-store.ts'
import { transition } from '#shared/orders/transition.ts'
import { appErrorOf } from '#shared/orders/channel-app-error.ts'
import { ChannelError } from '#shared/orders/channel-error.ts'
import type { CallOptions, PaymentChannel } from '#shared/orders/payment-channel.ts'

export interface CloseDeps {
  readonly mchid: string
  readonly orders: Pick<OrderStore, 'get'>
  readonly facts: Pick<FactStore, 'put'>
  readonly dispatcher: Dispatcher
  readonly wechat: Pick<PaymentChannel, 'closeOrder' | 'queryOrder'>
  readonly clock: Clock
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
    return closeAtWechat(deps, order, call)
  }
}

async function closeAtWechat(deps: CloseDeps, order: Order, call: CallOptions): Promise<Order> {
  try {
    await deps.wechat.closeOrder(order.out_trade_no, call)
  } catch (error) {
    if (!(error instanceof ChannelError)) throw error
    return learnInstead(deps, order, { call, error })
  }
  const telling = { source: 'close', received_at: deps.clock.now() } as const
  const fact = paymentClosed({ mchid: deps.mchid, out_trade_no: order.out_trade_no, ...telling })
  await recordFact(deps, fact)
  return transition(order, fact, telling.received_at).order ?? order
}

/** WeChat refuses to close what is paid or gone, in several words: only a query tells which. */
async function learnInstead(
  deps: CloseDeps,
  order: Order,
  { call, error }: { call: CallOptions; error: ChannelError },
): Promise<Order> {
  if (!error.certain || error.httpStatus === 401) throw appErrorOf(error)
  if (error.code === 'not_found') throw new AppError('order_not_placed', undefined, { cause: error })
  const transaction = await queried(deps, order, call)
  const now = deps.clock.now()
  const fact = factOfTransaction(transaction, { source: 'query', received_at: now })
  if (fact === undefined) throw appErrorOf(error)
  await recordFact(deps, fact)
  if (fact.state === 'SUCCESS') throw new AppError('order_already_paid', undefined, { cause: error })
  return transition(order, fact, now).order ?? order
}

async function queried({ wechat }: CloseDeps, { out_trade_no }: Order, call: CallOptions) {
  try {
    return await wechat.queryOrder(out_trade_no, call)
  } catch (error) {
    throw error instanceof ChannelError ? appErrorOf(error) : error
  }
}
