/** Everything of one stage: tables, queues, topic, secrets, functions, HTTP API and schedules. */
import { CfnOutput, Duration, Stack, type StackProps, Tags } from 'aws-cdk-lib'
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda'
import type { Construct } from 'constructs'
import type { VariableName } from '#shared/config/environment.ts'
import type { Bundles } from './bundle.ts'
import { EventTopic } from './constructs/event-topic.ts'
import { HttpEntry } from './constructs/http-entry.ts'
import { OperationFunction } from './constructs/operation-function.ts'
import { Queues } from './constructs/queues.ts'
import { Secrets } from './constructs/secrets.ts'
import { Tables } from './constructs/tables.ts'
import { Triggers } from './constructs/triggers.ts'
import { byOperation, OPERATION_SETTINGS, OPERATIONS, type Operation } from './operations.ts'
import { policyOf, type Resource } from './permissions.ts'
import { NOTIFY_PAYMENT_PATH, NOTIFY_REFUND_PATH } from './routes.ts'
import type { Stage } from './stages.ts'

export interface PaymentStackProps extends StackProps {
  readonly stage: Stage
  readonly bundles: Bundles
}

export class PaymentStack extends Stack {
  readonly #stage: Stage
  readonly #tables: Tables
  readonly #queues: Queues
  readonly #topic: EventTopic
  readonly #secrets: Secrets
  readonly #entry: HttpEntry
  readonly #notifyBaseUrl: string

  constructor(scope: Construct, id: string, { stage, bundles, ...props }: PaymentStackProps) {
    super(scope, id, props)
    this.#stage = stage
    this.#tables = new Tables(this, 'Tables')
    this.#queues = new Queues(this, 'Queues')
    this.#topic = new EventTopic(this, 'EventTopic')
    this.#secrets = new Secrets(this, 'Secrets')
    this.#entry = new HttpEntry(this, 'Http', { stage })
    this.#notifyBaseUrl = stage.notifyBaseUrl ?? this.#entry.endpoint

    const functions = this.#functions(bundles)
    this.#entry.serve(functions)
    this.#trigger(functions)
    this.#addOutputs(functions)
    // China's regions refuse tags on event source mappings.
    const options = { excludeResourceTypes: ['AWS::Lambda::EventSourceMapping'] }
    Tags.of(this).add('application', 'wechatpay-lambda', options)
    Tags.of(this).add('stage', stage.name, options)
  }

  #trigger(functions: Readonly<Record<Operation, LambdaFunction>>): void {
    const triggers = new Triggers(this, 'Triggers')
    triggers.settleFrom(this.#queues.facts, functions.settle, this.#stage.settleConcurrency)
    triggers.rotateFrom(this.#queues.keyRefresh, functions['rotate-certs'])
    triggers.every(Duration.hours(6), functions['rotate-certs'])
    triggers.every(Duration.minutes(1), functions.sweep)
    // The next minute brings the next run: a repeat of this one would only run beside it.
    functions.sweep.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.minutes(1) })
  }

  #functions(bundles: Bundles): Record<Operation, LambdaFunction> {
    const variables = this.#variables()
    const arns = this.#arns()
    return byOperation((operation) => {
      const settings = OPERATION_SETTINGS[operation]
      return new OperationFunction(this, pascalCase(operation), {
        settings,
        bundle: bundles.directoryOf(operation),
        environment: Object.fromEntries(settings.environment.map((name) => [name, variables[name]])),
        policy: policyOf(operation, arns),
        logRetention: this.#stage.logRetentionDays,
      }).lambda
    })
  }

  #variables(): Readonly<Record<VariableName, string>> {
    return {
      WXPAY_MCHID: this.#stage.mchid,
      WXPAY_APPIDS: this.#stage.appids.join(','),
      WXPAY_NOTIFY_BASE_URL: this.#notifyBaseUrl,
      WXPAY_API_URL: this.#stage.wechatApiUrl,
      WXPAY_API_BACKUP_URL: this.#stage.wechatApiBackupUrl,
      ORDERS_TABLE_NAME: this.#tables.orders.tableName,
      FACTS_TABLE_NAME: this.#tables.facts.tableName,
      FACT_QUEUE_URL: this.#queues.facts.queueUrl,
      KEY_REFRESH_QUEUE_URL: this.#queues.keyRefresh.queueUrl,
      EVENT_TOPIC_ARN: this.#topic.topic.topicArn,
      MERCHANT_SIGNING_SECRET_ID: this.#secrets.merchantSigning.ref,
      APIV3_KEY_SECRET_ID: this.#secrets.apiV3Key.ref,
      PLATFORM_KEYS_SECRET_ID: this.#secrets.platformKeys.ref,
    }
  }

  #arns(): Readonly<Record<Resource, string>> {
    return {
      orders: this.#tables.orders.tableArn,
      ordersDue: this.#tables.ordersDueArn,
      facts: this.#tables.facts.tableArn,
      factsPending: this.#tables.factsPendingArn,
      factQueue: this.#queues.facts.queueArn,
      keyRefreshQueue: this.#queues.keyRefresh.queueArn,
      eventTopic: this.#topic.topic.topicArn,
      merchantSigning: this.#secrets.merchantSigning.ref,
      apiV3Key: this.#secrets.apiV3Key.ref,
      platformKeys: this.#secrets.platformKeys.ref,
    }
  }

  /** Names that the command line and the local stack read; they must not change. */
  #addOutputs(functions: Readonly<Record<Operation, LambdaFunction>>): void {
    const outputs = {
      ApiUrl: this.#entry.endpoint,
      NotifyBaseUrl: this.#notifyBaseUrl,
      NotifyPaymentUrl: `${this.#notifyBaseUrl}${NOTIFY_PAYMENT_PATH}`,
      NotifyRefundUrl: `${this.#notifyBaseUrl}${NOTIFY_REFUND_PATH}`,
      OrdersTableName: this.#tables.orders.tableName,
      FactsTableName: this.#tables.facts.tableName,
      FactQueueUrl: this.#queues.facts.queueUrl,
      FactDeadLetterQueueUrl: this.#queues.factsDeadLetter.queueUrl,
      KeyRefreshQueueUrl: this.#queues.keyRefresh.queueUrl,
      EventTopicArn: this.#topic.topic.topicArn,
      MerchantSigningSecretArn: this.#secrets.merchantSigning.ref,
      ApiV3KeySecretArn: this.#secrets.apiV3Key.ref,
      PlatformKeysSecretArn: this.#secrets.platformKeys.ref,
    }
    for (const [name, value] of Object.entries(outputs)) this.#output(name, value)
    for (const operation of OPERATIONS) {
      this.#output(`Function${pascalCase(operation)}`, functions[operation].functionName)
    }
  }

  #output(name: string, value: string): CfnOutput {
    return new CfnOutput(this, name, { value })
  }
}

/** `rotate-certs` as `RotateCerts`. */
function pascalCase(operation: Operation): string {
  return operation.replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase())
}
