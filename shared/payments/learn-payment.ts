/** Records what WeChat tells of an order: that it is placed in the order itself, final states as facts. */
import type { Clock } from '#shared/clock.ts'
import { AppError } from '#shared/errors.ts'
import type { Dispatcher } from '#shared/facts/dispatcher.ts'
import type { PaymentFact } from '#shared/facts/fact.ts'
import type { FactStore } from '#shared/facts/fact-store.ts'
import { recordFact } from '#shared/facts/record-fact.ts'
import { ChannelError } from '#shared/orders/channel-error.ts'
import { factOfTransaction } from '#shared/facts/facts-of.ts'
import type { Order } from '#shared/orders/order.ts'
import type { OrderStore } from '#shared/orders/order-store.ts'
import type { Transaction } from '#shared/facts/telling.ts'
import { touched } from '#shared/orders/touched.ts'
import { transition } from '#shared/orders/transition.ts'
import { updateOrder } from '#shared/orders/update-order.ts'
import type { Pause } from '#shared/pause.ts'

export interface LearnDeps {
  readonly orders: OrderStore
  readonly facts: Pick<FactStore, 'put'>
  readonly dispatcher: Dispatcher
  readonly clock: Clock
  readonly pause: Pause
}

export interface LearnedPayment {
  /** As it will be once what was learned is settled. */
  readonly order: Order
  /** What was recorded; absent when WeChat told of nothing final. */
  readonly fact?: PaymentFact
}

/**
 * Makes a query of an order.
 *
 * @returns undefined when WeChat does not know the order (yet).
 * @throws ChannelError for everything else that is no answer.
 */
export async function ifKnown(query: () => Promise<Transaction>): Promise<Transaction | undefined> {
  try {
    return await query()
  } catch (error) {
    if (error instanceof ChannelError && error.code === 'not_found') return undefined
    throw error
  }
}

/** Records what an answer of WeChat asserts. */
export async function learnPayment(
  deps: LearnDeps,
  order: Order,
  told: Transaction,
): Promise<LearnedPayment> {
  const fact = factOfTransaction(told, { source: 'query', received_at: deps.clock.now() })
  return fact === undefined ? { order: await placed(deps, order) } : recordPayment(deps, order, fact)
}

/** Records a fact of an order and foresees where it leads. */
export async function recordPayment(
  deps: Pick<LearnDeps, 'facts' | 'dispatcher'>,
  order: Order,
  fact: PaymentFact,
): Promise<Required<LearnedPayment>> {
  await recordFact(deps, fact)
  return { order: transition(order, fact, fact.received_at).order ?? order, fact }
}

/**
 * Whatever state WeChat tells, it has the order: one that a crash left CREATED is placed. Only while it is CREATED may it
 * be given up, and a buyer who is paying, or may still pay, must not meet an order that nobody watches any more.
 */
async function placed(deps: LearnDeps, order: Order): Promise<Order> {
  if (order.status !== 'CREATED') return order
  return updateOrder(deps, order.order_key, (current) => {
    if (current === undefined) throw new AppError('order_not_found')
    if (current.status !== 'CREATED') return { result: current }
    const save = touched({ ...current, status: 'AWAITING_PAYMENT' }, deps.clock.now())
    return { save, result: save }
  })
}
