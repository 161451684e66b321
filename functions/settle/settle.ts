/** Applies a fact to its order, publishes the event, then ends the fact's delivery: each step may be repeated after a crash. */
import type { Clock } from '#shared/clock.ts'
import { eventFor } from '#shared/events/payment-event.ts'
import type { PaymentEvent, Publisher } from '#shared/events/payment-event.ts'
import type { Fact } from '#shared/facts/fact.ts'
import type { FactStore } from '#shared/facts/fact-store.ts'
import type { Logger } from '#shared/log.ts'
import type { MetricName, Metrics } from '#shared/metrics.ts'
import { orderKey } from '#shared/orders/order-key.ts'
import type { Outcome } from '#shared/orders/order.ts'
import type { OrderStore } from '#shared/orders/order-store.ts'
import { transition } from '#shared/orders/transition.ts'
import { updateOrder } from '#shared/orders/update-order.ts'
import type { Pause } from '#shared/pause.ts'

export interface SettleDeps {
  readonly facts: Pick<FactStore, 'get' | 'markSettled'>
  readonly orders: OrderStore
  readonly publisher: Publisher
  readonly clock: Clock
  readonly pause: Pause
  readonly logger: Logger
  readonly metrics: Metrics
}

/**
 * Creates the operation. Resolves when the fact needs nothing more; a rejection means "try again later".
 *
 * The order remembers the outcome of each fact, so that a repeat publishes the same event; only after the topic has
 * taken it does the fact stop being pending.
 */
export function createSettle(deps: SettleDeps) {
  return async (factKey: string, logger: Logger = deps.logger): Promise<void> => {
    const log = logger.with({ fact_key: factKey })
    const stored = await deps.facts.get(factKey)
    if (stored === undefined) return log.error('FACT_MISSING')
    if (!stored.pending) return log.info('FACT_SETTLED_BEFORE')
    const { fact } = stored
    await pointToOrder(deps, fact)
    const outcome = await applyFact(deps, fact)
    const event = eventFor(fact, outcome)
    if (event !== undefined) await publish(deps, event)
    await deps.facts.markSettled(factKey, deps.clock.now())
    deps.metrics.put(OUTCOME_METRICS[outcome.result])
    log.info('FACT_SETTLED', {
      outcome: outcome.result,
      out_trade_no: fact.out_trade_no,
      ...(event === undefined ? {} : { event_type: event.type }),
      ...(outcome.hold_reason === undefined ? {} : { hold_reason: outcome.hold_reason }),
    })
  }
}

const OUTCOME_METRICS: Readonly<Record<Outcome['result'], MetricName>> = {
  applied: 'FactApplied',
  stale: 'FactStale',
  held: 'FactHeld',
}

async function publish({ publisher, metrics }: SettleDeps, event: PaymentEvent): Promise<void> {
  await publisher.publish(event)
  metrics.put('EventPublished')
  if (event.type === 'refund.abnormal') metrics.put('RefundAbnormal')
  if (event.type === 'refund.closed') metrics.put('RefundClosed')
}

/** A refund that was made elsewhere has no pointer yet, by which it is found; for ours this changes nothing. */
async function pointToOrder({ orders }: SettleDeps, fact: Fact): Promise<void> {
  if (fact.kind === 'refund')
    await orders.claimRefundNumber(fact.mchid, fact.out_refund_no, orderKey(fact.mchid, fact.out_trade_no))
}

function applyFact(deps: SettleDeps, fact: Fact): Promise<Outcome> {
  return updateOrder(deps, orderKey(fact.mchid, fact.out_trade_no), (order) => {
    const { order: save, outcome } = transition(order, fact, deps.clock.now())
    return { save, result: outcome }
  })
}
