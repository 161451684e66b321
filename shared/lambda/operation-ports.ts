/** The ports of operations that work on orders with a channel: what query, close, refund and sweep have in common. */
import { systemClock } from '#shared/clock.ts'
import type { Logger } from '#shared/log.ts'
import type { Metrics } from '#shared/metrics.ts'
import { forEachChannel } from '#shared/orders/channels.ts'
import { systemPause } from '#shared/pause.ts'
import type { CallEnvironment } from './channel-ports.ts'
import { callPortsOf } from './channels.ts'
import { orderPorts } from './order-ports.ts'
import { recordingPorts } from './queue-ports.ts'
import { switchPorts } from './stage-ports.ts'

export interface OrderEnvironment extends CallEnvironment {
  readonly ORDERS_TABLE_NAME: string
  readonly FACTS_TABLE_NAME: string
  readonly WXPAY_ORDER_FORM: string
  readonly FACT_QUEUE_URL: string
}

export interface PortOptions {
  readonly logger: Logger
  readonly metrics: Metrics
}

/** For each channel of the stage. Made once per container; nothing is loaded or connected here. */
export function operationPorts(env: OrderEnvironment, options: PortOptions) {
  const { switches } = switchPorts(env, options.logger)
  const common = {
    ...orderPorts(env),
    ...recordingPorts(env),
    switches,
    clock: systemClock,
    pause: systemPause,
  }
  const onlyBackup = () => switches.isOn('backup_domain')
  return forEachChannel(callPortsOf(env, { ...options, onlyBackup }), (ports) => ({ ...common, ...ports }))
}
