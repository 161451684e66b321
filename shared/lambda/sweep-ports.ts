/**
 * The ports of the sweep: those of an operation, but its calls wait for their turn, and it alone repeats them. Most runs find nothing
 * that a channel has to be asked about.
 */
import { createCallBudget } from '#shared/http/call-budget.ts'
import type { CallBudget } from '#shared/http/call-budget.ts'
import { forEachChannel } from '#shared/orders/channels.ts'
import { sweepTurnKey } from '#shared/orders/order-key.ts'
import type { SwitchSet } from '#shared/switches.ts'
import { createDynamoLease } from '#shared/stores/dynamo-lease.ts'
import { stageAccount } from './accounts.ts'
import { commonPorts } from './common-ports.ts'
import type { OrderEnvironment, PortOptions } from './common-ports.ts'
import { dynamoDb } from './dynamo-port.ts'
import { laterChannelsOf } from './later-channels.ts'
import { laterRecording } from './later-queue.ts'

/** Made once per container, its budgets included: what failed in one run counts in the next. Nothing is loaded or connected here. */
export function sweepPorts(env: OrderEnvironment, options: PortOptions) {
  const { ports: common, board, onlyBackup } = commonPorts(env, options)
  const budgets: CallBudget[] = []
  const budget = () => {
    const made = createCallBudget(common)
    budgets.push(made)
    return made
  }
  const mchid = stageAccount(env)
  return {
    ...common,
    ...laterRecording(env),
    mchid,
    channels: forEachChannel(
      laterChannelsOf(env, { ...options, budget, onlyBackup }),
      ({ channel }) => channel,
    ),
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
