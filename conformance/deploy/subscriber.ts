/** A merchant's own queue on the topic of events. */
import { SubscribeCommand } from '@aws-sdk/client-sns'
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs'
import type { Clients } from './clients.ts'

export interface Event {
  readonly id: string
  readonly type: string
  readonly data: Readonly<Record<string, unknown>>
}

export interface Subscriber {
  /** All that came so far. */
  readonly events: readonly Event[]
  /** Waits for the next one of a type about an order. @throws Error when it does not come in time. */
  next(type: string, outTradeNo: string): Promise<Event>
}

const WAIT_SECONDS = 90

export async function subscribe({ sns, sqs }: Clients, topicArn: string): Promise<Subscriber> {
  const { QueueUrl: queueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'merchant-events' }))
  const attributes = new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['QueueArn'] })
  const { Attributes: { QueueArn: arn } = {} } = await sqs.send(attributes)
  const Attributes = { RawMessageDelivery: 'true' }
  await sns.send(new SubscribeCommand({ TopicArn: topicArn, Protocol: 'sqs', Endpoint: arn, Attributes }))
  const events: Event[] = []
  async function receive(): Promise<void> {
    const wanted = { QueueUrl: queueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 2 }
    const { Messages: messages = [] } = await sqs.send(new ReceiveMessageCommand(wanted))
    for (const { Body: body = '', ReceiptHandle: handle } of messages) {
      events.push(JSON.parse(body))
      await sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: handle }))
    }
  }
  return {
    events,
    async next(type, outTradeNo) {
      const until = Date.now() + WAIT_SECONDS * 1000
      const fits = (event: Event): boolean =>
        event.type.endsWith(type) && event.data['out_trade_no'] === outTradeNo
      const before = events.filter(fits).length
      for (;;) {
        const found = events.filter(fits)[before]
        if (found !== undefined) return found
        if (Date.now() > until)
          throw new Error(`expected the event ${type} of ${outTradeNo} within ${WAIT_SECONDS} s`)
        await receive()
      }
    },
  }
}
