/** The ports of the reconciliation: those of the sweep's kind for WeChat, its bills, and where runs and reports are kept. */
import { createS3Client, createSnsClient } from '#shared/aws/clients.ts'
import { createSnsPublisher } from '#shared/aws/sns-publisher.ts'
import { systemClock } from '#shared/clock.ts'
import { lazy } from '#shared/lazy.ts'
import type { BillChannel } from '#shared/orders/bill-channel.ts'
import { forEachChannel } from '#shared/orders/channels.ts'
import { daysOfChannel } from '#shared/orders/day-index.ts'
import type { PaymentChannel, PaymentMethod } from '#shared/orders/payment-channel.ts'
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
import type { AlipayEnvironment } from './alipay-environment.ts'
import { alipayBills, alipayPorts } from '#shared/lambda/alipay-ports.ts'
import type { AlipayOptions } from './alipay-ports.ts'
import type { OperationEnvironment, PortOptions } from './operation-ports.ts'

interface ReconcileEnvironment extends OperationEnvironment {
  readonly REPORTS_BUCKET_NAME: string
  readonly EVENT_TOPIC_ARN: string
}

const s3 = /* @__PURE__ */ lazy(() => createS3Client())
const sns = /* @__PURE__ */ lazy(() => createSnsClient())

/** Made once per container; nothing is loaded or connected here. */
export function reconcilePorts(env: ReconcileEnvironment, { logger, metrics, alipay }: PortOptions) {
  const time = { clock: systemClock, pause: systemPause }
  const table = { client: dynamoDb(), tableName: env.ORDERS_TABLE_NAME }
  const wechat = { ...wechatDeps(env, logger), metrics }
  const limited = () => limitedTransport(createHttpTransport(), createCallBudget(time))
  const others = { logger, metrics, transport: limited(), repeats: false }
  const common = {
    ...time,
    ...orderPorts(env),
    ...recordingPorts(env),
    publisher: createSnsPublisher({ client: sns(), topicArn: env.EVENT_TOPIC_ARN }),
  }
  const ports = {
    wechat: {
      mchid: env.WXPAY_MCHID,
      channel: createWechatPay({ ...wechat, transport: limited(), repeats: false }),
      bills: createBills({ ...wechat, download: createHttpDownload() }),
    },
    ...alipayReconciliation(alipay, others),
  }
  return forEachChannel<Reconciled, typeof common & Reconciled & ReturnType<typeof keptOf>>(ports, (one) => ({
    ...common,
    ...one,
    ...keptOf(env, table, one.mchid),
  }))
}

interface Reconciled {
  readonly mchid: string
  readonly channel: PaymentChannel<PaymentMethod>
  readonly bills: BillChannel
}

function alipayReconciliation(
  env: AlipayEnvironment | undefined,
  options: AlipayOptions,
): { readonly alipay?: Reconciled } {
  const [ports, bills] = [alipayPorts(env, options), alipayBills(env, options)]
  return ports === undefined || bills === undefined ? {} : { alipay: { ...ports, bills } }
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
