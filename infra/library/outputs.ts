/** What a stack gives out of its payment system: the names that the command line and the local stack read; they must not change. */
import { CfnOutput } from 'aws-cdk-lib'
import type { IConstruct } from 'constructs'
import {
  NOTIFY_ALIPAY_PATH,
  NOTIFY_PAYMENT_PATH,
  NOTIFY_REFUND_PATH,
  NOTIFY_REFUND_V2_PATH,
} from '#shared/operations.ts'
import { nameInStack } from '#infra/constructs/name-in-stack.ts'
import { idOf, operationsOf } from '#infra/operations/operations.ts'
import type { SystemSettings } from '#infra/stage/stage-settings.ts'
import type { PaymentSystem } from './payment-system.ts'

/** Each by its name, behind the name of the construct: a stack may hold several. */
export function addOutputs(scope: IConstruct, values: Readonly<Record<string, string>>): void {
  const prefix = nameInStack(scope)
    .join('')
    .replaceAll(/[^A-Za-z0-9]/g, '')
  for (const [name, value] of Object.entries(values))
    new CfnOutput(scope, name, { value }).overrideLogicalId(`${prefix}${name}`)
}

/** The values by their names. */
export function outputsOf(system: PaymentSystem, stage: SystemSettings): Readonly<Record<string, string>> {
  const { entries, tables, queues, secrets, functions } = system
  return {
    Mchid: stage.mchid,
    AccountConcurrency: String(stage.accountConcurrency),
    WechatApiUrl: stage.wechatApiUrl,
    WechatApiBackupUrl: stage.wechatApiBackupUrl,
    ApiUrl: entries.apiUrl,
    NotifyBaseUrl: entries.notifyBaseUrl,
    NotifyPaymentUrl: `${entries.notifyBaseUrl}${NOTIFY_PAYMENT_PATH}`,
    NotifyRefundUrl: `${entries.notifyBaseUrl}${NOTIFY_REFUND_PATH}`,
    NotifyRefundV2Url: `${entries.notifyBaseUrl}${NOTIFY_REFUND_V2_PATH}`,
    OrdersTableName: tables.orders.tableName,
    FactsTableName: tables.facts.tableName,
    FactQueueUrl: queues.facts.queueUrl,
    FactDeadLetterQueueUrl: queues.factsDeadLetter.queueUrl,
    KeyRefreshQueueUrl: queues.keyRefresh.queueUrl,
    EventTopicArn: system.topic.topic.topicArn,
    ReportsBucketName: system.reports.bucket.bucketName,
    AlarmTopicArn: system.observability.topic.topicArn,
    MerchantSigningSecretArn: secrets.merchantSigning,
    ApiV3KeySecretArn: secrets.apiV3Key,
    ApiV2KeySecretArn: secrets.apiV2Key,
    PlatformKeysSecretArn: secrets.platformKeys,
    ...alipayOutputs(system, stage),
    ...entries.domainTargets,
    ...Object.fromEntries(
      operationsOf(stage).map((operation) => [
        `Function${idOf(operation)}`,
        functions[operation]?.lambda.functionName ?? '',
      ]),
    ),
  }
}

function alipayOutputs(
  { alipaySecrets, entries }: PaymentSystem,
  { alipay }: SystemSettings,
): Record<string, string> {
  if (alipaySecrets === undefined || alipay === undefined) return {}
  const { signing, keys } = alipaySecrets
  return {
    AlipayAppId: alipay.appId,
    AlipayGatewayUrl: alipay.gatewayUrl,
    NotifyAlipayUrl: `${entries.notifyBaseUrl}${NOTIFY_ALIPAY_PATH}`,
    AlipaySigningSecretArn: signing,
    AlipayKeysSecretArn: keys,
  }
}
