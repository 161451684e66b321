/** A stack that holds one payment system, and says where everything of it is. */
import { CfnOutput, Stack, type StackProps, Tags } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import { NOTIFY_PAYMENT_PATH, NOTIFY_REFUND_PATH, NOTIFY_REFUND_V2_PATH } from '#shared/operations.ts'
import { acknowledge } from './acknowledgements.ts'
import { idOf, OPERATIONS } from './operations/operations.ts'
import { PaymentSystem, type PaymentSystemProps } from './payment-system.ts'
import type { Stage } from './stage/stage-settings.ts'

export interface PaymentStackProps extends StackProps, PaymentSystemProps {}

export class PaymentStack extends Stack {
  readonly system: PaymentSystem

  constructor(scope: Construct, id: string, { stage, bundles, release, ...props }: PaymentStackProps) {
    super(scope, id, { ...props, terminationProtection: stage.terminationProtection })
    // CloudFormation's names for resources leave out this id: it can come and go without replacing any of them.
    this.system = new PaymentSystem(this, 'Default', { stage, bundles, release })
    for (const [name, value] of Object.entries(outputsOf(this.system, stage))) this.#output(name, value)
    acknowledge(this.system, stage.existing)
    // China's regions refuse tags on event source mappings; on dashboards they are too new to count on.
    const options = {
      excludeResourceTypes: ['AWS::Lambda::EventSourceMapping', 'AWS::CloudWatch::Dashboard'],
    }
    Tags.of(this).add('application', 'wechatpay-lambda', options)
    Tags.of(this).add('stage', stage.name, options)
  }

  #output(name: string, value: string): CfnOutput {
    return new CfnOutput(this, name, { value })
  }
}

/** Names that the command line and the local stack read; they must not change. */
function outputsOf(system: PaymentSystem, stage: Stage): Readonly<Record<string, string>> {
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
    AlarmTopicArn: system.observability.topicArn,
    MerchantSigningSecretArn: secrets.merchantSigning,
    ApiV3KeySecretArn: secrets.apiV3Key,
    ApiV2KeySecretArn: secrets.apiV2Key,
    PlatformKeysSecretArn: secrets.platformKeys,
    ...entries.domainTargets,
    ...Object.fromEntries(
      OPERATIONS.map((operation) => [`Function${idOf(operation)}`, functions[operation].lambda.functionName]),
    ),
  }
}
