/** The ports of the reconciliation: those of the sweep's kind for each channel, its bills, and where runs and reports are kept. */
import { createS3Client, createSnsClient } from '#shared/aws/clients.ts'
import { createSnsPublisher } from '#shared/aws/sns-publisher.ts'
import { systemClock } from '#shared/clock.ts'
import { createCallBudget } from '#shared/http/call-budget.ts'
import { lazy } from '#shared/lazy.ts'
import { forEachChannel } from '#shared/orders/channels.ts'
import { daysOfChannel } from '#shared/orders/day-index.ts'
import { reconcileTurnKey } from '#shared/orders/order-key.ts'
import { systemPause } from '#shared/pause.ts'
import { createDynamoDayIndex } from '#shared/stores/dynamo-day-index.ts'
import { createDynamoDayRuns } from '#shared/stores/dynamo-day-runs.ts'
import { createDynamoLease } from '#shared/stores/dynamo-lease.ts'
import { createS3Reports } from '#shared/stores/s3-reports.ts'
import { bookPortsOf } from './channels.ts'
import { dynamoDb, orderPorts, recordingPorts } from './function-ports.ts'
import type { OrderEnvironment, PortOptions } from './operation-ports.ts'

interface ReconcileEnvironment extends OrderEnvironment {
  readonly REPORTS_BUCKET_NAME: string
  readonly EVENT_TOPIC_ARN: string
}

const s3 = /* @__PURE__ */ lazy(() => createS3Client())
const sns = /* @__PURE__ */ lazy(() => createSnsClient())

/** For each channel of the stage. Made once per container; nothing is loaded or connected here. */
export function reconcilePorts(env: ReconcileEnvironment, options: PortOptions) {
  const time = { clock: systemClock, pause: systemPause }
  const table = { client: dynamoDb(), tableName: env.ORDERS_TABLE_NAME }
  const common = {
    ...time,
    ...orderPorts(env),
    ...recordingPorts(env),
    publisher: createSnsPublisher({ client: sns(), topicArn: env.EVENT_TOPIC_ARN }),
  }
  const budget = () => createCallBudget(time)
  return forEachChannel(bookPortsOf(env, { ...options, budget }), (ports) => ({
    ...common,
    ...ports,
    ...keptOf(env, table, ports.mchid),
  }))
}

/** What is kept of the days of an account. */
function keptOf(env: ReconcileEnvironment, table: Parameters<typeof createDynamoDayIndex>[0], mchid: string) {
  return {
    dayIndex: daysOfChannel(createDynamoDayIndex(table), mchid),
    runs: createDynamoDayRuns({ ...table, mchid }),
    reports: createS3Reports({ client: s3(), bucket: env.REPORTS_BUCKET_NAME, mchid }),
    lease: createDynamoLease({ ...table, key: reconcileTurnKey(mchid) }),
  }
}
