/** What the sweep needs to drive orders. */
import type { Clock } from '#shared/clock.ts'
import type { Dispatcher } from '#shared/facts/dispatcher.ts'
import type { FactStore } from '#shared/facts/fact-store.ts'
import type { Logger } from '#shared/log.ts'
import type { Metrics } from '#shared/metrics.ts'
import type { OrderStore } from '#shared/orders/order-store.ts'
import type { Pause } from '#shared/pause.ts'
import type { Switches } from '#shared/switches.ts'
import type { PaymentChannel } from '#shared/orders/payment-channel.ts'

export interface DriveDeps {
  readonly mchid: string
  readonly orders: OrderStore
  readonly facts: Pick<FactStore, 'put'>
  readonly dispatcher: Dispatcher
  readonly wechat: Pick<PaymentChannel, 'queryOrder' | 'closeOrder' | 'queryRefund' | 'createRefund'>
  readonly switches: Switches
  readonly clock: Clock
  readonly pause: Pause
  readonly logger: Logger
  readonly metrics: Metrics
}
