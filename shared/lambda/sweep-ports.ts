/** The ports of the sweep: those of an operation, but its calls wait for their turn, and it alone repeats them. */
import { systemClock } from '#shared/clock.ts'
import { createCallBudget } from '#shared/http/call-budget.ts'
import type { CallBudget } from '#shared/http/call-budget.ts'
import { forEachChannel } from '#shared/orders/channels.ts'
import { sweepTurnKey } from '#shared/orders/order-key.ts'
import type { SwitchSet } from '#shared/switches.ts'
import { systemPause } from '#shared/pause.ts'
import { createDynamoLease } from '#shared/stores/dynamo-lease.ts'
import { stageAccount } from './accounts.ts'
import { callPortsOf } from './channels.ts'
import { dynamoDb } from './dynamo-port.ts'
import { orderPorts } from './order-ports.ts'
import { recordingPorts } from './queue-ports.ts'
import type { OrderEnvironment, PortOptions } from './operation-ports.ts'
import { switchPorts } from './stage-ports.ts'

/** Made once per container, its budgets included: what failed in one run counts in the next. Nothing is loaded or connected here. */
export function sweepPorts(env: OrderEnvironment, options: PortOptions) {
  const time = { clock: systemClock, pause: systemPause }
  const { switches, board } = switchPorts(env, options.logger)
  const budgets: CallBudget[] = []
  const budget = () => {
    const made = createCallBudget(time)
    budgets.push(made)
    return made
  }
  const onlyBackup = () => switches.isOn('backup_domain')
  const mchid = stageAccount(env)
  return {
    ...time,
    ...orderPorts(env),
    ...recordingPorts(env),
    mchid,
    channels: forEachChannel(callPortsOf(env, { ...options, budget, onlyBackup }), ({ channel }) => channel),
    switches,
    pauseRefunds: async ({ by, note, at }: SwitchSet) => {
      await board.change({ name: 'refunds', on: true, by, note, at })
    },
    budget: {
      get quietFrom() {
        return Math.max(...budgets.map(({ quietFrom }) => quietFrom))
      },
    },
    lease: createDynamoLease({
      client: dynamoDb(),
      tableName: env.ORDERS_TABLE_NAME,
      key: sweepTurnKey(mchid),
    }),
  }
}
