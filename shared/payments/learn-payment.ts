/** Records what WeChat tells of an order: that it is placed in the order itself, final states as facts. */
import { AppError } from '#shared/errors.ts'
import type { PaymentFact } from '#shared/facts/fact.ts'
import { factOfTransaction } from '#shared/facts/facts-of.ts'
import { isTradeState } from '#shared/facts/telling.ts'
import type { Transaction } from '#shared/facts/telling.ts'
import { ChannelError } from '#shared/orders/channel-error.ts'
import { changed } from '#shared/orders/changed.ts'
import { learnFact } from '#shared/orders/learn-fact.ts'
import type { LearnDeps } from '#shared/orders/learn-fact.ts'
import { learnState } from '#shared/orders/learn-state.ts'
import type { Order } from '#shared/orders/order.ts'
import { updateOrder } from '#shared/orders/update-order.ts'

export interface LearnedPayment {
  /** As it is stored now. */
  readonly order: Order
  /** What WeChat asserted; absent when it told of nothing final. */
  readonly fact?: PaymentFact
}

/**
 * Makes a query.
 *
 * @returns undefined when WeChat does not know what it was asked for (yet).
 * @throws ChannelError for everything else that is no answer.
 */
export async function ifKnown<Told>(query: () => Promise<Told>): Promise<Told | undefined> {
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
  const telling = { source: 'query', received_at: deps.clock.now() } as const
  const fact = factOfTransaction(told, telling)
  const learned = fact === undefined ? await placedAtWechat(deps, order) : await learnFact(deps, order, fact)
  const { trade_state: state, success_time } = told
  const known = isUnderstood(state, learned)
  return {
    order: await learnState(deps, learned, { state, known, success_time, ...telling }),
    ...(fact === undefined ? {} : { fact }),
  }
}

/** What can follow a payment. The others are of queries that lag behind, or take it back, as only payments by code can be. */
const AFTER_PAYMENT: readonly string[] = ['SUCCESS', 'REFUND', 'CLOSED']

function isUnderstood(state: string, { books }: Order): boolean {
  return books.said.payments.length === 0 ? isTradeState(state) : AFTER_PAYMENT.includes(state)
}

/**
 * Whatever state WeChat tells, it has the order: one that a crash left CREATED is placed. Only while it is CREATED may it
 * be given up, and a buyer who is paying, or may still pay, must not meet an order that nobody watches any more.
 */
export async function placedAtWechat(
  deps: Pick<LearnDeps, 'orders' | 'clock' | 'pause'>,
  order: Order,
): Promise<Order> {
  if (order.books.ours.placing !== 'CREATED') return order
  return updateOrder(deps, order.order_key, (current) => {
    if (current === undefined) throw new AppError('order_not_found')
    const { ours } = current.books
    if (ours.asked === undefined || ours.placing !== 'CREATED') return { result: current }
    const placed = { ours: { ...ours, placing: 'AWAITING_PAYMENT' } } as const
    const save = changed(current, { books: placed }, deps.clock.now())
    return { save, result: save }
  })
}
