import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type MessagingServer, startMessaging } from '#local/cloud/messaging.ts'
import type { InvokeResult } from '#local/lambda/invoke-result.ts'
import { type EventSource, type Poller, startSqsPoller } from '#local/lambda/sqs-event-source.ts'

interface Record {
  readonly messageId: string
  readonly body: string
  readonly attributes: Readonly<{ [name: string]: string }>
  readonly [name: string]: unknown
}

let messaging: MessagingServer
let sqs: SQSClient
let poller: Poller | undefined
let count = 0

beforeAll(async () => {
  messaging = await startMessaging()
  sqs = new SQSClient({
    region: 'us-east-1',
    endpoint: messaging.endpoint,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  })
})
afterEach(async () => {
  await poller?.stop()
  poller = undefined
})
afterAll(async () => {
  sqs.destroy()
  await messaging.stop()
})

const urlOf = (name: string) => `${messaging.endpoint}/000000000000/${name}`
const arnOf = (name: string) => `arn:aws:sqs:us-east-1:000000000000:${name}`

async function queue(attributes: { [name: string]: string } = {}, suffix = ''): Promise<string> {
  const name = `queue-${++count}${suffix}`
  await sqs.send(
    new CreateQueueCommand({ QueueName: name, Attributes: { VisibilityTimeout: '1', ...attributes } }),
  )
  return name
}

const send = (name: string, body: string, more: object = {}) =>
  sqs.send(new SendMessageCommand({ QueueUrl: urlOf(name), MessageBody: body, ...more }))

function poll(
  name: string,
  handler: (records: readonly Record[]) => Promise<unknown>,
  source: Partial<EventSource> = {},
): void {
  poller = startSqsPoller(
    {
      queueArn: arnOf(name),
      functionName: 'fn',
      batchSize: 10,
      batchingWindowSeconds: 0,
      reportsItemFailures: true,
      maxConcurrency: 2,
      ...source,
    },
    {
      client: sqs,
      sqsEndpoint: messaging.endpoint,
      region: 'us-east-1',
      invoke: async (_, event): Promise<InvokeResult> => {
        try {
          return {
            ok: true,
            payload: JSON.stringify(await handler((event as { Records: Record[] }).Records)) ?? 'null',
          }
        } catch {
          return { ok: false, error: { errorType: 'Error', errorMessage: '', trace: [] } }
        }
      },
    },
  )
}

async function left(name: string): Promise<number> {
  const AttributeNames = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: urlOf(name), AttributeNames: [...AttributeNames] }),
  )
  return AttributeNames.reduce((sum, attribute) => sum + Number(Attributes[attribute]), 0)
}

describe('the event source of a queue', () => {
  it('makes the records that Lambda makes', async () => {
    const name = await queue()
    const attribute = { DataType: 'String', StringValue: 'v' }
    const { MessageId, MD5OfMessageBody } = await send(name, 'hello', {
      MessageAttributes: { kind: attribute },
    })
    const seen: Record[] = []
    poll(name, async (records) => void seen.push(...records))
    await expect.poll(() => seen.length).toBe(1)
    expect(seen).toEqual([
      {
        messageId: MessageId,
        receiptHandle: expect.any(String),
        body: 'hello',
        attributes: {
          ApproximateReceiveCount: '1',
          SentTimestamp: expect.stringMatching(/^\d{13}$/),
          SenderId: expect.any(String),
          ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
        },
        messageAttributes: {
          kind: { stringValue: 'v', stringListValues: [], binaryListValues: [], dataType: 'String' },
        },
        md5OfBody: MD5OfMessageBody,
        eventSource: 'aws:sqs',
        eventSourceARN: arnOf(name),
        awsRegion: 'us-east-1',
      },
    ])
    await expect.poll(() => left(name)).toBe(0)
  })

  it('deletes what succeeded and gets only the failed message again', async () => {
    const name = await queue()
    const Entries = ['a', 'b', 'c'].map((body) => ({ Id: body, MessageBody: body }))
    await sqs.send(new SendMessageBatchCommand({ QueueUrl: urlOf(name), Entries }))
    const batches: string[][] = []
    poll(name, async (records) => {
      batches.push(records.map(({ body, attributes }) => body + attributes['ApproximateReceiveCount']))
      const failed = records.filter(
        ({ body, attributes }) => body === 'b' && attributes['ApproximateReceiveCount'] === '1',
      )
      return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) }
    })
    await expect.poll(() => batches.length).toBe(2)
    expect(batches).toEqual([['a1', 'b1', 'c1'], ['b2']])
    await expect.poll(() => left(name)).toBe(0)
  })

  it('hands a message to the dead-letter queue when it has failed often enough', async () => {
    const dead = await queue()
    const name = await queue({
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arnOf(dead), maxReceiveCount: 2 }),
    })
    await send(name, 'poison')
    let tries = 0
    poll(name, async () => {
      tries++
      throw new Error('always')
    })
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: urlOf(dead), WaitTimeSeconds: 10 }),
    )
    expect([tries, Messages.map(({ Body }) => Body)]).toEqual([2, ['poison']])
  })

  it('keeps the order of a message group and its attributes', async () => {
    const name = await queue({ FifoQueue: 'true' }, '.fifo')
    for (const body of ['1', '2', '3'])
      await send(name, body, { MessageGroupId: 'g', MessageDeduplicationId: `d-${body}` })
    await send(name, 'again', { MessageGroupId: 'g', MessageDeduplicationId: 'd-3' })
    const seen: Record[] = []
    poll(name, async (records) => void seen.push(...records), { batchSize: 1 })
    await expect.poll(() => seen.length).toBe(3)
    expect(seen.map(({ body }) => body)).toEqual(['1', '2', '3'])
    expect(seen[0]?.attributes).toMatchObject({
      MessageGroupId: 'g',
      MessageDeduplicationId: 'd-1',
      SequenceNumber: expect.any(String),
    })
  })

  it('has no more batches at work than it may', async () => {
    const name = await queue({ VisibilityTimeout: '30' })
    const Entries = [1, 2, 3, 4, 5, 6].map((n) => ({ Id: `m${n}`, MessageBody: String(n) }))
    await sqs.send(new SendMessageBatchCommand({ QueueUrl: urlOf(name), Entries }))
    const held: (() => void)[] = []
    let done = 0
    poll(
      name,
      async () => {
        await new Promise<void>((release) => held.push(release))
        done++
      },
      { batchSize: 1, maxConcurrency: 2 },
    )
    for (const finished of [2, 4, 6]) {
      await expect.poll(() => held.length).toBe(2)
      // There is more in the queue until the end, so a third would be here before these two answers.
      await left(name)
      await left(name)
      expect(held).toHaveLength(2)
      for (const release of held.splice(0)) release()
      await expect.poll(() => done).toBe(finished)
    }
  })

  it('gathers a batch above ten within its window', async () => {
    const name = await queue({ VisibilityTimeout: '30' })
    for (const part of [0, 1]) {
      const Entries = Array.from({ length: 6 }, (_, i) => ({ Id: `m${i}`, MessageBody: `${part}-${i}` }))
      await sqs.send(new SendMessageBatchCommand({ QueueUrl: urlOf(name), Entries }))
    }
    const sizes: number[] = []
    poll(name, async (records) => void sizes.push(records.length), {
      batchSize: 12,
      batchingWindowSeconds: 5,
    })
    await expect.poll(() => sizes).toEqual([12])
    await expect.poll(() => left(name)).toBe(0)
  })

  // A stop that waited for messages would take the 20 seconds of a long poll.
  it('stops though it waits for messages', { timeout: 15_000 }, async () => {
    const name = await queue()
    poll(name, async () => null)
    await poller?.stop()
    await send(name, 'after the stop')
    expect(await left(name)).toBe(1)
  })
})
