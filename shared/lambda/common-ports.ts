/** The ports of operations that work on orders with a channel, but for the channel itself and the queue. */
import { systemClock } from '#shared/clock.ts'
import type { Logger } from '#shared/log.ts'
import type { Metrics } from '#shared/metrics.ts'
import { systemPause } from '#shared/pause.ts'
import type { CallEnvironment } from './channel-ports.ts'
import { orderPorts } from './order-ports.ts'
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

/** Made once per container; nothing is loaded or connected here. */
export function commonPorts(env: OrderEnvironment, { logger }: PortOptions) {
  const { switches, board } = switchPorts(env, logger)
  const onlyBackup = () => switches.isOn('backup_domain')
  return {
    ports: { ...orderPorts(env), switches, clock: systemClock, pause: systemPause },
    board,
    onlyBackup,
  }
}
