/**
 * Makes something known, at once: stored as a fact, applied to its order, and on the queue for its events. The order that
 * comes back is the one that is stored, so that whoever acts on it next is judged by the same books.
 */
import type { Clock } from '#shared/clock.ts'
import { orderFact } from '#shared/facts/fact.ts'
import type { Fact } from '#shared/facts/fact.ts'
import { dispatchPending, keepFact } from '#shared/facts/record-fact.ts'
import type { RecordDeps } from '#shared/facts/record-fact.ts'
import type { Pause } from '#shared/pause.ts'
import { applyFact } from './apply-fact.ts'
import type { Order } from './order.ts'
import type { OrderStore } from './order-store.ts'
import { booksWith } from './told-facts.ts'
import { updateOrder } from './update-order.ts'

export interface LearnDeps extends RecordDeps {
  readonly orders: OrderStore
  readonly clock: Clock
  readonly pause: Pause
}

/**
 * The fact comes first: from then on it reaches order and subscribers, whatever happens to this call. What its order has in
 * its books already is not stored again.
 */
export async function learnFact(deps: LearnDeps, order: Order, fact: Fact): Promise<Order> {
  if (booksWith(order.books, fact) === order.books) return order
  const { facts } = await keepFact(deps, fact)
  // Of two tellings under one key the other one may still be on its way to the order: the answer knows both.
  const learned = await applyAll(
    deps,
    order,
    facts.map(orderFact).filter((told) => told !== undefined),
  )
  await dispatchPending(deps, facts)
  return learned ?? order
}

function applyAll(deps: LearnDeps, known: Order, facts: readonly Fact[]): Promise<Order | undefined> {
  const apply = (stored: Order | undefined) => {
    const version = stored?.version ?? 0
    let save: Order | undefined
    for (const fact of facts) {
      // One write, whatever it holds: each builds upon the version that was read.
      const order = save === undefined ? stored : { ...save, version }
      const applied = applyFact(order, fact, deps.clock.now())
      if (applied.isNew) save = applied.order
    }
    return { save, result: save ?? stored }
  }
  return updateOrder(deps, known.order_key, apply, known)
}
