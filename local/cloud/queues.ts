/** Creates the template's queues and their redrive. */
import { CreateQueueCommand, type SQSClient } from '@aws-sdk/client-sqs'
import * as v from 'valibot'
import { LOCAL_ACCOUNT } from '#local/template/local-identity.ts'
import { readProperties, type ResolvedResource, type TemplateStack } from '#local/template/template-stack.ts'
import { BooleanProperty, NumberProperty } from '#local/template/number-property.ts'
import { tagRecord, TagsProperty } from '#local/template/tags-property.ts'

const QueueProperties = v.object({
  FifoQueue: v.optional(BooleanProperty),
  ContentBasedDeduplication: v.optional(BooleanProperty),
  DeduplicationScope: v.optional(v.string()),
  FifoThroughputLimit: v.optional(v.string()),
  DelaySeconds: v.optional(NumberProperty),
  MaximumMessageSize: v.optional(NumberProperty),
  MessageRetentionPeriod: v.optional(NumberProperty),
  ReceiveMessageWaitTimeSeconds: v.optional(NumberProperty),
  VisibilityTimeout: v.optional(NumberProperty, 30),
  RedrivePolicy: v.optional(v.object({ deadLetterTargetArn: v.string(), maxReceiveCount: NumberProperty })),
  Tags: TagsProperty,
})

export interface LocalQueue {
  readonly logicalId: string
  readonly name: string
  readonly url: string
  readonly arn: string
  /** As created here, so divided by the time scale. */
  readonly visibilitySeconds: number
  readonly deadLetterArn: string | undefined
}

/**
 * Creates every queue of the template.
 *
 * @param options.timeScale divides visibility time-outs (at least 1 s remains), so that what failed is tried again sooner.
 */
export async function createQueues(
  stack: TemplateStack,
  client: SQSClient,
  options: { readonly timeScale: number },
): Promise<readonly LocalQueue[]> {
  const queues = stack
    .resources('AWS::SQS::Queue')
    .map((resource) => describe(stack, resource, options.timeScale))
  for (const { queue, attributes, tags } of queues) {
    await client.send(new CreateQueueCommand({ QueueName: queue.name, Attributes: attributes, tags }))
  }
  return queues.map(({ queue }) => queue)
}

function describe(stack: TemplateStack, resource: ResolvedResource, timeScale: number) {
  const { RedrivePolicy, VisibilityTimeout, Tags, ...others } = readProperties(resource, QueueProperties)
  const visibilitySeconds =
    VisibilityTimeout === 0 ? 0 : Math.max(1, Math.round(VisibilityTimeout / timeScale))
  const attributes: Record<string, string> = { VisibilityTimeout: String(visibilitySeconds) }
  for (const [name, value] of Object.entries(others)) attributes[name] = String(value)
  if (RedrivePolicy !== undefined) attributes['RedrivePolicy'] = JSON.stringify(RedrivePolicy)
  const queue: LocalQueue = {
    logicalId: resource.logicalId,
    name: stack.attribute(resource.logicalId, 'QueueName'),
    url: resource.ref,
    arn: stack.attribute(resource.logicalId, 'Arn'),
    visibilitySeconds,
    deadLetterArn: RedrivePolicy?.deadLetterTargetArn,
  }
  return { queue, attributes, tags: tagRecord(Tags) }
}

/** Queue URL of a queue ARN. */
export function queueUrl(endpoint: string, queueArn: string): string {
  return `${endpoint}/${LOCAL_ACCOUNT}/${queueArn.split(':').at(-1)}`
}
