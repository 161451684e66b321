/** A queue that gets the events of a stack: one of its own that goes with the command, or one that somebody named. */
import { randomUUID } from 'node:crypto'
import { SubscribeCommand, UnsubscribeCommand } from '@aws-sdk/client-sns'
import { CreateQueueCommand, DeleteQueueCommand, GetQueueAttributesCommand } from '@aws-sdk/client-sqs'
import { createSnsClient } from '#shared/aws/clients.ts'
import type { Provider } from '#shared/providers.ts'
import { CliError } from '#cli/terminal/cli-error.ts'
import type { LocalLevers } from './known-stack.ts'
import type { StackAccess } from './stack-access.ts'

export interface EventQueue {
  readonly url: string
  /** Whether nobody else reads it, so that what was given up is deleted. */
  readonly own: boolean
  close(): Promise<void>
}

/** What lets only the events of a channel through: those of WeChat Pay do not name theirs. */
export function filterOf(provider: Provider): string {
  return JSON.stringify({ provider: [provider === 'wechat' ? { exists: false } : provider] })
}

/**
 * @param provider whose events it gets, where it is one of its own. Default: those of all.
 * @throws CliError `usage` when a deployed stack has none named, or one of its own.
 */
export function openEventQueue(
  stack: StackAccess,
  named: string | undefined,
  provider?: Provider,
): Promise<EventQueue> {
  if (named !== undefined) return Promise.resolve(namedQueue(stack, named))
  if (stack.local !== undefined) return subscribed(stack, stack.local, provider)
  throw new CliError(
    'usage',
    `the deployed stack ${stack.name} sends its events to queues, and none was named`,
    'subscribe a queue of yours to the topic (docs/events.md#subscribe-a-queue) and give its URL with --queue',
  )
}

function namedQueue({ queues, name }: StackAccess, url: string): EventQueue {
  if (Object.values(queues).includes(url)) {
    throw new CliError(
      'usage',
      `that queue belongs to the stack ${name} itself, and holds no events`,
      'name a queue of yours that is subscribed to the topic (docs/events.md#subscribe-a-queue)',
    )
  }
  return { url, own: false, close: async () => {} }
}

async function subscribed(
  stack: StackAccess,
  { topicArn, snsEndpoint }: LocalLevers,
  provider: Provider | undefined,
): Promise<EventQueue> {
  const { sqs, region, dynamodb } = stack
  const { credentials } = dynamodb.config
  const sns = createSnsClient({ region, credentials: await credentials(), endpoint: snsEndpoint })
  const { QueueUrl: url = '' } = await sqs.send(
    new CreateQueueCommand({ QueueName: `wxpay-listen-${randomUUID()}` }),
  )
  const AttributeNames = ['QueueArn'] as const
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: [...AttributeNames] }),
  )
  const { SubscriptionArn } = await sns.send(
    new SubscribeCommand({
      TopicArn: topicArn,
      Protocol: 'sqs',
      Endpoint: Attributes?.['QueueArn'],
      Attributes: {
        RawMessageDelivery: 'true',
        ...(provider === undefined ? {} : { FilterPolicy: filterOf(provider) }),
      },
    }),
  )
  return {
    url,
    own: true,
    async close() {
      await sns.send(new UnsubscribeCommand({ SubscriptionArn }))
      await sqs.send(new DeleteQueueCommand({ QueueUrl: url }))
      sns.destroy()
    },
  }
}
