/** The ports of the reconciliation, with which it finds out whether a day is due: `day-ports.ts` has those of the day itself. */
import { systemClock } from '#shared/clock.ts'
import { forEachChannel } from '#shared/orders/channels.ts'
import { reconcileTurnKey } from '#shared/orders/order-key.ts'
import { createDynamoDayRuns } from '#shared/stores/dynamo-day-runs.ts'
import { createDynamoLease } from '#shared/stores/dynamo-lease.ts'
import { accountsOf } from './accounts.ts'
import type { ChannelEnvironment } from './environment.ts'
import { dynamoDb } from './dynamo-port.ts'

interface ReconcileEnvironment extends ChannelEnvironment<'WXPAY_MCHID'> {
  readonly ORDERS_TABLE_NAME: string
}

/** For each channel of the stage. Made once per container; nothing is loaded or connected here. */
export function reconcilePorts(env: ReconcileEnvironment) {
  const table = { client: dynamoDb(), tableName: env.ORDERS_TABLE_NAME }
  return forEachChannel(accountsOf(env), (mchid) => ({
    mchid,
    clock: systemClock,
    runs: createDynamoDayRuns({ ...table, mchid }),
    lease: createDynamoLease({ ...table, key: reconcileTurnKey(mchid) }),
  }))
}
