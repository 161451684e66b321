/** The ports of operations that work on orders with WeChat: what query, close, refund and sweep have in common. */
import { systemClock } from '#shared/clock.ts'
import type { Logger } from '#shared/log.ts'
import type { Metrics } from '#shared/metrics.ts'
import { systemPause } from '#shared/pause.ts'
import { createWechatPay } from '#shared/wechat/v3/wechat-pay-client.ts'
import { forEachChannel } from '#shared/orders/channels.ts'
import type { PaymentChannel, PaymentMethod } from '#shared/orders/payment-channel.ts'
import type { AlipayEnvironment } from './alipay-environment.ts'
import { alipayPorts } from '#shared/lambda/alipay-ports.ts'
import { orderPorts, recordingPorts, switchPorts, wechatDeps } from './function-ports.ts'
import type { WechatEnvironment } from './function-ports.ts'

export interface OperationEnvironment extends WechatEnvironment {
  readonly ORDERS_TABLE_NAME: string
  readonly FACTS_TABLE_NAME: string
  readonly WXPAY_ORDER_FORM: string
  readonly FACT_QUEUE_URL: string
}

/** For each channel of the stage. Made once per container; nothing is loaded or connected here. */
export function operationPorts(env: OperationEnvironment, { logger, metrics, alipay: given }: PortOptions) {
  const { switches } = switchPorts(env, logger)
  const onlyBackup = () => switches.isOn('backup_domain')
  const common = {
    ...orderPorts(env),
    ...recordingPorts(env),
    switches,
    clock: systemClock,
    pause: systemPause,
  }
  const wechat = {
    mchid: env.WXPAY_MCHID,
    channel: createWechatPay({ ...wechatDeps(env, logger), metrics, onlyBackup }),
  }
  const alipay = alipayPorts(given, { logger, metrics })
  return forEachChannel<ChannelPorts, typeof common & ChannelPorts>(
    alipay === undefined ? { wechat } : { wechat, alipay },
    (ports) => ({ ...common, ...ports }),
  )
}

export interface PortOptions {
  readonly logger: Logger
  readonly metrics: Metrics
  /** Absent where the stage does not have it. */
  readonly alipay: AlipayEnvironment | undefined
}

interface ChannelPorts {
  readonly mchid: string
  readonly channel: PaymentChannel<PaymentMethod>
}
