/** Publishes events, and counts what an alarm has to know of them. */
import { REFUNDS_UNKNOWN } from '#shared/ledger/fold-elsewhere.ts'
import type { Metrics } from '#shared/metrics.ts'
import type { OrderStore } from '#shared/orders/order-store.ts'
import type { Order } from '#shared/orders/order.ts'
import { untoldOf, withTold } from '#shared/orders/untold.ts'
import { updateOrder } from '#shared/orders/update-order.ts'
import type { Clock } from '#shared/clock.ts'
import type { Pause } from '#shared/pause.ts'
import { eventsFor, traced } from './payment-event.ts'
import type { OrderEvent, PaymentEvent, Publisher, PublishOptions } from './payment-event.ts'

export interface PublishDeps {
  readonly publisher: Publisher
  readonly metrics: Metrics
}

export async function publishEvent(
  { publisher, metrics }: PublishDeps,
  event: PaymentEvent,
  options: PublishOptions = {},
): Promise<void> {
  await publisher.publish(event, options)
  metrics.put('EventPublished')
  if (event.type === 'refund.abnormal') metrics.put('RefundAbnormal')
  if (event.type === 'refund.closed') metrics.put('RefundClosed')
  if (event.type === 'order.held' && event.data.opened?.includes(REFUNDS_UNKNOWN) === true)
    metrics.put('RefundsElsewhere')
}

export interface TellDeps extends PublishDeps {
  readonly orders: OrderStore
  readonly clock: Clock
  readonly pause: Pause
}

interface ToldOrder {
  /** As it is stored now. */
  readonly order: Order
  readonly events: readonly OrderEvent[]
}

/**
 * Publishes the events of a fact that its order alone knows, and only then notes that they are: whatever fails on the way, the mark
 * stands, and the same is published again.
 */
export async function tellUntold(
  deps: TellDeps,
  order: Order,
  factKey: string,
  options: PublishOptions = {},
): Promise<ToldOrder> {
  const untold = untoldOf(order, factKey)
  if (untold === undefined) return { order, events: [] }
  const events = eventsFor(untold.fact, untold.handled)
  for (const event of events) await publishEvent(deps, traced(event, untold.trace), options)
  const told = await updateOrder(
    deps,
    order.order_key,
    (current = order) => {
      const save = withTold(current, factKey, deps.clock.now())
      return { save, result: save ?? current }
    },
    order,
  )
  return { order: told, events }
}
