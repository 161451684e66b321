/** The ports of a day that is reconciled: those of the sweep's kind for each channel, its bills, and where reports and events go. */
import { createS3Client } from '#shared/aws/s3-client.ts'
import { createSnsClient } from '#shared/aws/sns-client.ts'
import { createSnsPublisher } from '#shared/aws/sns-publisher.ts'
import { systemClock } from '#shared/clock.ts'
import { createCallBudget } from '#shared/http/call-budget.ts'
import { forEachChannel } from '#shared/orders/channels.ts'
import { daysOfChannel } from '#shared/orders/day-index.ts'
import { systemPause } from '#shared/pause.ts'
import { createDynamoDayIndex } from '#shared/stores/dynamo-day-index.ts'
import { createDynamoDayRuns } from '#shared/stores/dynamo-day-runs.ts'
import { createS3Reports } from '#shared/stores/s3-reports.ts'
import { bookPortsOf } from './channels.ts'
import { dynamoDb } from './dynamo-port.ts'
import { orderPorts } from './order-ports.ts'
import { recordingPorts } from './queue-ports.ts'
import type { OrderEnvironment, PortOptions } from './common-ports.ts'

export interface DayEnvironment extends OrderEnvironment {
  readonly REPORTS_BUCKET_NAME: string
  readonly EVENT_TOPIC_ARN: string
}

/** For each channel of the stage. Made once per container; nothing is connected here. */
export function dayPorts(env: DayEnvironment, options: PortOptions) {
  const time = { clock: systemClock, pause: systemPause }
  const table = { client: dynamoDb(), tableName: env.ORDERS_TABLE_NAME }
  const s3 = createS3Client()
  const common = {
    ...time,
    ...orderPorts(env),
    ...recordingPorts(env),
    publisher: createSnsPublisher({ client: createSnsClient(), topicArn: env.EVENT_TOPIC_ARN }),
  }
  const budget = () => createCallBudget(time)
  return forEachChannel(bookPortsOf(env, { ...options, budget }), (ports) => ({
    ...common,
    ...ports,
    dayIndex: daysOfChannel(createDynamoDayIndex(table), ports.mchid),
    runs: createDynamoDayRuns({ ...table, mchid: ports.mchid }),
    reports: createS3Reports({ client: s3, bucket: env.REPORTS_BUCKET_NAME, mchid: ports.mchid }),
  }))
}
