/** The ports of operations that work on orders with WeChat: what query, close, refund and sweep have in common. */
import { systemClock } from '#shared/clock.ts'
import type { Logger } from '#shared/log.ts'
import type { Metrics } from '#shared/metrics.ts'
import { systemPause } from '#shared/pause.ts'
import { createWechatPay } from '#shared/wechat/v3/wechat-pay-client.ts'
import { orderPorts, recordingPorts, switchPorts, wechatDeps } from './function-ports.ts'
import type { WechatEnvironment } from './function-ports.ts'

export interface OperationEnvironment extends WechatEnvironment {
  readonly ORDERS_TABLE_NAME: string
  readonly FACTS_TABLE_NAME: string
  readonly WXPAY_ORDER_FORM: string
  readonly FACT_QUEUE_URL: string
}

/** Made once per container; nothing is loaded or connected here. */
export function operationPorts(env: OperationEnvironment, logger: Logger, metrics: Metrics) {
  const { switches } = switchPorts(env, logger)
  const onlyBackup = () => switches.isOn('backup_domain')
  return {
    ...orderPorts(env),
    ...recordingPorts(env),
    mchid: env.WXPAY_MCHID,
    channel: createWechatPay({ ...wechatDeps(env, logger), metrics, onlyBackup }),
    switches,
    clock: systemClock,
    pause: systemPause,
  }
}
