/** The ports of the reconciliation: those of the sweep's kind for WeChat, its bills, and where runs and reports are kept. */
import { createS3Client, createSnsClient } from '#shared/aws/clients.ts'
import { createSnsPublisher } from '#shared/aws/sns-publisher.ts'
import { systemClock } from '#shared/clock.ts'
import { lazy } from '#shared/lazy.ts'
import type { Logger } from '#shared/log.ts'
import type { Metrics } from '#shared/metrics.ts'
import { reconcileTurnKey } from '#shared/orders/order-key.ts'
import { systemPause } from '#shared/pause.ts'
import { createDynamoDayIndex } from '#shared/stores/dynamo-day-index.ts'
import { createDynamoDayRuns } from '#shared/stores/dynamo-day-runs.ts'
import { createDynamoLease } from '#shared/stores/dynamo-lease.ts'
import { createS3Reports } from '#shared/stores/s3-reports.ts'
import { createCallBudget } from '#shared/wechat/call/call-budget.ts'
import { createHttpDownload } from '#shared/http/http-download.ts'
import { createHttpTransport } from '#shared/http/http-transport.ts'
import { limitedTransport } from '#shared/wechat/call/limited-transport.ts'
import { createBills } from '#shared/wechat/v3/bills.ts'
import { createWechatPay } from '#shared/wechat/v3/wechat-pay-client.ts'
import { dynamoDb, orderPorts, recordingPorts, wechatDeps } from './function-ports.ts'
import type { OperationEnvironment } from './operation-ports.ts'

interface ReconcileEnvironment extends OperationEnvironment {
  readonly REPORTS_BUCKET_NAME: string
  readonly EVENT_TOPIC_ARN: string
}

const s3 = /* @__PURE__ */ lazy(() => createS3Client())
const sns = /* @__PURE__ */ lazy(() => createSnsClient())

/** Made once per container; nothing is loaded or connected here. */
export function reconcilePorts(env: ReconcileEnvironment, logger: Logger, metrics: Metrics) {
  const time = { clock: systemClock, pause: systemPause }
  const mchid = env.WXPAY_MCHID
  const table = { client: dynamoDb(), tableName: env.ORDERS_TABLE_NAME }
  const wechat = { ...wechatDeps(env, logger), metrics }
  return {
    ...time,
    ...orderPorts(env),
    ...recordingPorts(env),
    mchid,
    channel: createWechatPay({
      ...wechat,
      transport: limitedTransport(createHttpTransport(), createCallBudget(time)),
      repeats: false,
    }),
    bills: createBills({ ...wechat, download: createHttpDownload() }),
    dayIndex: createDynamoDayIndex(table),
    runs: createDynamoDayRuns({ ...table, mchid }),
    reports: createS3Reports({ client: s3(), bucket: env.REPORTS_BUCKET_NAME, mchid }),
    publisher: createSnsPublisher({ client: sns(), topicArn: env.EVENT_TOPIC_ARN }),
    lease: createDynamoLease({ ...table, key: reconcileTurnKey(mchid) }),
  }
}
