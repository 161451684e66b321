import { CreateTopicCommand, PublishCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns'
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type MessagingServer, startMessaging } from '#local/cloud/messaging.ts'

let server: MessagingServer
let sqs: SQSClient
let sns: SNSClient
let QueueUrl: string | undefined

beforeAll(async () => {
  server = await startMessaging()
  const options = {
    region: 'us-east-1',
    endpoint: server.endpoint,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  }
  sqs = new SQSClient(options)
  sns = new SNSClient(options)
  ;({ QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'queue' })))
})
afterAll(async () => {
  sqs?.destroy()
  sns?.destroy()
  await server?.stop()
})

const send = (MessageBody: string) => sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }))
const received = async () => {
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }))
  return Messages.map(({ Body = '' }) => Body)
}

describe('queues that are down', () => {
  it('refuse every call without an effect, and come back with what SNS delivered meanwhile', async () => {
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
    )
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'topic' }))
    await sns.send(
      new SubscribeCommand({
        TopicArn,
        Protocol: 'sqs',
        Endpoint: Attributes?.['QueueArn'],
        Attributes: { RawMessageDelivery: 'true' },
      }),
    )
    server.setQueuesFault('down')
    await expect(send('lost')).rejects.toMatchObject({
      name: 'ServiceUnavailable',
      $metadata: { httpStatusCode: 503 },
    })
    await expect(received()).rejects.toThrow('fault on command')
    await sns.send(new PublishCommand({ TopicArn, Message: 'published' }))
    server.setQueuesFault('none')
    await send('sent')
    expect((await received()).sort()).toEqual(['published', 'sent'])
  })
})
