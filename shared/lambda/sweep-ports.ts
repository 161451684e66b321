/** The ports of the sweep: those of an operation, but its exchanges with WeChat wait for their turn, and it alone repeats them. */
import { systemClock } from '#shared/clock.ts'
import type { Channels } from '#shared/orders/channels.ts'
import type { PaymentChannel, PaymentMethod } from '#shared/orders/payment-channel.ts'
import { sweepTurnKey } from '#shared/orders/order-key.ts'
import type { SwitchSet } from '#shared/switches.ts'
import { systemPause } from '#shared/pause.ts'
import { createDynamoLease } from '#shared/stores/dynamo-lease.ts'
import { createCallBudget } from '#shared/wechat/call/call-budget.ts'
import { createHttpTransport } from '#shared/http/http-transport.ts'
import { limitedTransport } from '#shared/wechat/call/limited-transport.ts'
import { createWechatPay } from '#shared/wechat/v3/wechat-pay-client.ts'
import { alipayPorts } from '#shared/lambda/alipay-ports.ts'
import { dynamoDb, orderPorts, recordingPorts, switchPorts, wechatDeps } from './function-ports.ts'
import type { OperationEnvironment, PortOptions } from './operation-ports.ts'

/** Made once per container, its budget included: what failed in one run counts in the next. Nothing is loaded or connected here. */
export function sweepPorts(env: OperationEnvironment, { logger, metrics, alipay: given }: PortOptions) {
  const time = { clock: systemClock, pause: systemPause }
  const budget = createCallBudget(time)
  const { switches, board } = switchPorts(env, logger)
  const wechat = createWechatPay({
    ...wechatDeps(env, logger),
    metrics,
    transport: limitedTransport(createHttpTransport(), budget),
    repeats: false,
    onlyBackup: () => switches.isOn('backup_domain'),
  })
  // A budget of its own: what fails at one channel is not to slow the other down.
  const transport = limitedTransport(createHttpTransport(), createCallBudget(time))
  const alipay = alipayPorts(given, {
    logger,
    metrics,
    transport,
    repeats: false,
  })
  const channels: Channels<PaymentChannel<PaymentMethod>> = {
    wechat,
    ...(alipay === undefined ? {} : { alipay: alipay.channel }),
  }
  return {
    ...time,
    ...orderPorts(env),
    ...recordingPorts(env),
    mchid: env.WXPAY_MCHID,
    channels,
    switches,
    pauseRefunds: async ({ by, note, at }: SwitchSet) => {
      await board.change({ name: 'refunds', on: true, by, note, at })
    },
    budget,
    lease: createDynamoLease({
      client: dynamoDb(),
      tableName: env.ORDERS_TABLE_NAME,
      key: sweepTurnKey(env.WXPAY_MCHID),
    }),
  }
}
