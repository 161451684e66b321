/** A queue subscribed to the topic, as a merchant would have one. */
import { SubscribeCommand } from '@aws-sdk/client-sns'
import { CreateQueueCommand, DeleteMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs'
import type { LocalStack } from '#local/stack-options.ts'

export interface PublishedEvent {
  readonly id: string
  readonly type: string
  readonly subject: string
}

export interface EventTap {
  /** Receives until every wanted order has an event of this type; gives the raw text of all messages so far. */
  until(type: string, numbers: readonly string[]): Promise<void>
  readonly raw: readonly string[]
  readonly events: readonly PublishedEvent[]
}

const MAX_POLLS = 40

export async function tapEvents({ clients, description }: LocalStack): Promise<EventTap> {
  const name = 'security-tap'
  await clients.sqs.send(new CreateQueueCommand({ QueueName: name }))
  const QueueUrl = `${description.endpoints.sqs}/000000000000/${name}`
  const Endpoint = `arn:aws:sqs:${description.region}:000000000000:${name}`
  await clients.sns.send(
    new SubscribeCommand({
      TopicArn: description.topic_arn,
      Protocol: 'sqs',
      Endpoint,
      Attributes: { RawMessageDelivery: 'true' },
    }),
  )
  const raw: string[] = []
  const events: PublishedEvent[] = []
  const receive = async () => {
    const { Messages = [] } = await clients.sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        WaitTimeSeconds: 1,
        MaxNumberOfMessages: 10,
        MessageAttributeNames: ['All'],
      }),
    )
    for (const message of Messages) {
      raw.push(JSON.stringify(message))
      events.push(JSON.parse(message.Body ?? '{}') as PublishedEvent)
      await clients.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }))
    }
  }
  return {
    raw,
    events,
    async until(type, numbers) {
      const missing = () =>
        numbers.filter((number) => !events.some((event) => event.type === type && event.subject === number))
      for (let poll = 0; poll < MAX_POLLS && missing().length > 0; poll += 1) await receive()
      if (missing().length > 0) throw new Error(`no ${type} for ${missing().join(', ')}`)
    },
  }
}
