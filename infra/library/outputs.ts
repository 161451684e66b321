/** What a stack gives out of its payment system: the names that the command line and the local stack read; they must not change. */
import { CfnOutput } from 'aws-cdk-lib'
import type { IConstruct } from 'constructs'
import { channelOutputs, channelsOf, propOf } from '#infra/channels/channels.ts'
import { nameInStack } from '#infra/constructs/name-in-stack.ts'
import { idOf, madeFor, operationsOf } from '#infra/operations/operations.ts'
import type { SystemSettings } from '#infra/stage/stage-settings.ts'
import { merchantFunctions } from './merchant-functions.ts'
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
    AccountConcurrency: String(stage.accountConcurrency),
    ApiUrl: entries.apiUrl,
    MerchantFunctions: merchantFunctions(system, functions),
    NotifyBaseUrl: entries.notifyBaseUrl,
    OrdersTableName: tables.orders.tableName,
    FactsTableName: tables.facts.tableName,
    FactQueueUrl: queues.facts.queueUrl,
    FactDeadLetterQueueUrl: queues.factsDeadLetter.queueUrl,
    ...(queues.keyRefresh === undefined ? {} : { KeyRefreshQueueUrl: queues.keyRefresh.queueUrl }),
    EventTopicArn: system.topic.topic.topicArn,
    ReportsBucketName: system.reports.bucket.bucketName,
    AlarmTopicArn: system.observability.topic.topicArn,
    ...channelOutputs(stage, entries.notifyBaseUrl),
    ...Object.fromEntries(secrets.made.map(({ name, arn }) => [`${capitalized(propOf(name))}Arn`, arn])),
    ...entries.domainTargets,
    ...Object.fromEntries(
      operationsOf(channelsOf(stage)).map((operation) => [
        `Function${idOf(operation)}`,
        madeFor(functions, operation).lambda.functionName,
      ]),
    ),
  }
}

function capitalized(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1)
}
