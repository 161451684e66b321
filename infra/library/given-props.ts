/** What of the properties is there already, apart from the settings, and whether it is what it has to be. */
import { Token } from 'aws-cdk-lib'
import type { IQueue } from 'aws-cdk-lib/aws-sqs'
import { propOf, SECRET_NAMES } from '#infra/channels/channels.ts'
import type { SecretProp } from '#infra/channels/channels.ts'
import type { GivenResources, GivenSecrets } from '#infra/constructs/given-resources.ts'
import type { WechatPayProps } from './wechat-pay-props.ts'

/** The attribute by which each is known, and what makes one of an ARN. */
type Kind = readonly [attribute: string, from: string]
const SECRET: Kind = ['secretArn', 'Secret.fromSecretCompleteArn']
const KINDS: Readonly<Record<Exclude<keyof GivenResources, SecretProp>, Kind>> = {
  key: ['keyArn', 'Key.fromKeyArn'],
  ordersTable: ['tableArn', 'Table.fromTableArn'],
  factsTable: ['tableArn', 'Table.fromTableArn'],
  factQueue: ['queueArn', 'Queue.fromQueueArn'],
  factDeadLetterQueue: ['queueArn', 'Queue.fromQueueArn'],
  keyRefreshQueue: ['queueArn', 'Queue.fromQueueArn'],
  reportsBucket: ['bucketArn', 'Bucket.fromBucketArn'],
  eventTopic: ['topicArn', 'Topic.fromTopicArn'],
  alarmTopic: ['topicArn', 'Topic.fromTopicArn'],
}

const SECRET_PROPS: readonly SecretProp[] = SECRET_NAMES.map((name) => propOf(name))

/** Also of a caller in JavaScript that hands over nothing. */
export function splitProps(props: WechatPayProps) {
  const { stage, outputs, release, bundles: _bundles, ...rest } = { ...props }
  const { key, ordersTable, factsTable, reportsBucket, eventTopic, alarmTopic, ...others } = rest
  const { factQueue, factDeadLetterQueue, keyRefreshQueue, ...more } = others
  const queues = { factQueue, factDeadLetterQueue, keyRefreshQueue }
  const places = { key, ordersTable, factsTable, reportsBucket, eventTopic, alarmTopic }
  const given: GivenResources = { ...places, ...secretsIn(more), ...queues }
  // Who begins with this library has no release behind it that could not read the small form.
  const settings = { ...withoutSecrets(more), orderForm: more.orderForm ?? 3 }
  return { stage, outputs, release, given, settings }
}

function secretsIn(props: GivenSecrets): GivenSecrets {
  const given: { -readonly [Name in SecretProp]?: GivenSecrets[Name] } = {}
  for (const prop of SECRET_PROPS) given[prop] = props[prop]
  return given
}

function withoutSecrets(props: Partial<WechatPayProps>): Pick<WechatPayProps, 'subscriberAccounts'> {
  const isSecret = (name: string) => SECRET_PROPS.some((prop) => prop === name)
  return Object.fromEntries(Object.entries(props).filter(([name]) => !isSecret(name)))
}

/** The ARN of each that is given. */
export function arnsOf(given: GivenResources): Readonly<Record<string, string | undefined>> {
  return {
    key: given.key?.keyArn,
    ordersTable: given.ordersTable?.tableArn,
    factsTable: given.factsTable?.tableArn,
    factQueue: given.factQueue?.queueArn,
    factDeadLetterQueue: given.factDeadLetterQueue?.queueArn,
    keyRefreshQueue: given.keyRefreshQueue?.queueArn,
    ...Object.fromEntries(SECRET_PROPS.map((prop) => [prop, given[prop]?.secretArn])),
    eventTopic: given.eventTopic?.topicArn,
    alarmTopic: given.alarmTopic?.topicArn,
    reportsBucket: given.reportsBucket?.bucketArn,
  }
}

/** @returns one sentence a problem. */
export function problemsOfGiven(
  given: GivenResources,
  { subscriberAccounts = [] }: Pick<WechatPayProps, 'subscriberAccounts'>,
): readonly string[] {
  const kinds = [...Object.entries(KINDS), ...SECRET_PROPS.map((prop) => [prop, SECRET] as const)]
  const strangers = kinds.flatMap(([name, [attribute, from]]) => {
    const value: unknown = Object.entries(given).find(([each]) => each === name)?.[1]
    return value === undefined || has(value, attribute)
      ? []
      : [`${name} must be a construct as ${from} gives it`]
  })
  if (strangers.length > 0) return strangers
  const { eventTopic } = given
  return [
    ...belonging(given),
    ...queueForms(given),
    ...(eventTopic?.fifo === true ? ['eventTopic must be a standard topic'] : []),
    ...(eventTopic !== undefined && subscriberAccounts.length > 0
      ? ['subscriberAccounts must be named in the policy of eventTopic']
      : []),
  ]
}

function belonging(given: GivenResources): readonly string[] {
  const keyless = given.key === undefined && SECRET_PROPS.some((prop) => given[prop] !== undefined)
  const single = (given.factQueue === undefined) !== (given.factDeadLetterQueue === undefined)
  return [
    ...(keyless ? ['key is missing for the secrets that exist, which are encrypted under it'] : []),
    ...(single ? ['factQueue and factDeadLetterQueue belong together'] : []),
  ]
}

function queueForms({ factQueue, factDeadLetterQueue, keyRefreshQueue }: GivenResources): readonly string[] {
  const standard = { factQueue, factDeadLetterQueue }
  return [
    ...Object.entries(standard).flatMap(([name, queue]) =>
      queue?.fifo === true ? [`${name} must be a standard queue`] : [],
    ),
    ...(keyRefreshQueue !== undefined && isStandard(keyRefreshQueue)
      ? ['keyRefreshQueue must be a FIFO queue']
      : []),
  ]
}

/** Of a queue of another app whose name is not known yet, CDK does not know it. */
function isStandard(queue: IQueue): boolean {
  const known = !Token.isUnresolved(queue.queueArn) || queue.node.defaultChild !== undefined
  return known && !queue.fifo
}

function has(value: unknown, attribute: string): boolean {
  return typeof value === 'object' && value !== null && attribute in value
}
