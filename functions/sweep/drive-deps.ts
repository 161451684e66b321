/** What the sweep needs to drive orders. */
import type { Clock } from '#shared/clock.ts'
import type { Dispatcher } from '#shared/facts/dispatcher.ts'
import type { FactStore } from '#shared/facts/fact-store.ts'
import type { Logger } from '#shared/log.ts'
import type { Metrics } from '#shared/metrics.ts'
import type { Order, Refund } from '#shared/orders/order.ts'
import type { OrderStore } from '#shared/orders/order-store.ts'
import type { Pause } from '#shared/pause.ts'
import type { Switches, SwitchSet } from '#shared/switches.ts'
import type { PaymentChannel } from '#shared/orders/payment-channel.ts'

/** What the sweep asks of a channel. */
export type DrivenChannel = Pick<
  PaymentChannel,
  'queryOrder' | 'closeOrder' | 'queryRefund' | 'createRefund' | 'unfreeze' | 'unsplitAmount'
>

export interface DriveDeps {
  readonly mchid: string
  readonly orders: OrderStore
  readonly facts: Pick<FactStore, 'put'>
  readonly dispatcher: Dispatcher
  /** That of the order which is driven. */
  readonly channel: DrivenChannel
  readonly switches: Switches
  /** Pauses all refunds, if they are not paused already. */
  readonly pauseRefunds: (who: SwitchSet) => Promise<void>
  readonly clock: Clock
  readonly pause: Pause
  readonly logger: Logger
  readonly metrics: Metrics
}

export interface OpenRefund {
  readonly order: Order
  readonly refund: Refund
  /** Whether this run may send a refund of this order. */
  readonly maySend: boolean
}
