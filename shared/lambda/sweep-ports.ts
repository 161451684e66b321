/** The ports of the sweep: those of an operation, but its exchanges with WeChat wait for their turn, and it alone repeats them. */
import { systemClock } from '#shared/clock.ts'
import type { Logger } from '#shared/log.ts'
import type { Metrics } from '#shared/metrics.ts'
import { sweepTurnKey } from '#shared/orders/order-key.ts'
import type { SwitchSet } from '#shared/switches.ts'
import { systemPause } from '#shared/pause.ts'
import { createDynamoLease } from '#shared/stores/dynamo-lease.ts'
import { createCallBudget } from '#shared/wechat/call/call-budget.ts'
import { createHttpTransport } from '#shared/http/http-transport.ts'
import { limitedTransport } from '#shared/wechat/call/limited-transport.ts'
import { createWechatPay } from '#shared/wechat/v3/wechat-pay-client.ts'
import { dynamoDb, orderPorts, recordingPorts, switchPorts, wechatDeps } from './function-ports.ts'
import type { OperationEnvironment } from './operation-ports.ts'

/** Made once per container, its budget included: what failed in one run counts in the next. Nothing is loaded or connected here. */
export function sweepPorts(env: OperationEnvironment, logger: Logger, metrics: Metrics) {
  const time = { clock: systemClock, pause: systemPause }
  const budget = createCallBudget(time)
  const { switches, board } = switchPorts(env, logger)
  return {
    ...time,
    ...orderPorts(env),
    ...recordingPorts(env),
    mchid: env.WXPAY_MCHID,
    channels: {
      wechat: createWechatPay({
        ...wechatDeps(env, logger),
        metrics,
        transport: limitedTransport(createHttpTransport(), budget),
        repeats: false,
        onlyBackup: () => switches.isOn('backup_domain'),
      }),
    },
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
