import {
  CancelMessageMoveTaskCommand,
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListDeadLetterSourceQueuesCommand,
  ListMessageMoveTasksCommand,
  ListQueuesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type MessagingServer, startMessaging } from '#local/cloud/messaging.ts'

let server: MessagingServer
let sqs: SQSClient
let count = 0
let dead: Queue
let facts: Queue

interface Queue {
  readonly url: string
  readonly arn: string
}

beforeAll(async () => {
  server = await startMessaging()
  sqs = new SQSClient({
    region: 'us-east-1',
    endpoint: server.endpoint,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  })
})
beforeEach(async () => {
  server.setQueuesFault('none')
  dead = await create(`dead-${++count}`)
  facts = await create(`facts-${count}`, dead)
})
afterAll(async () => {
  sqs?.destroy()
  await server?.stop()
})

async function create(QueueName: string, target?: Queue, more: Record<string, string> = {}): Promise<Queue> {
  const RedrivePolicy = target && JSON.stringify({ deadLetterTargetArn: target.arn, maxReceiveCount: 1 })
  const Attributes = { ...more, ...(RedrivePolicy === undefined ? {} : { RedrivePolicy }) }
  const { QueueUrl: url = '' } = await sqs.send(new CreateQueueCommand({ QueueName, Attributes }))
  return { url, arn: `arn:aws:sqs:us-east-1:000000000000:${QueueName}` }
}
const send = (queue: Queue, MessageBody: string, more: object = {}) =>
  sqs.send(new SendMessageCommand({ QueueUrl: queue.url, MessageBody, ...more }))
const receive = async (queue: Queue, more: object = {}) => {
  const command = { QueueUrl: queue.url, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'], ...more }
  return (await sqs.send(new ReceiveMessageCommand(command))).Messages ?? []
}
const counts = async (queue: Queue) => {
  const AttributeNames = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const
  const command = new GetQueueAttributesCommand({ QueueUrl: queue.url, AttributeNames: [...AttributeNames] })
  const { Attributes = {} } = await sqs.send(command)
  return AttributeNames.map((name) => Number(Attributes[name]))
}
const start = (SourceArn: string, more: object = {}) =>
  sqs.send(new StartMessageMoveTaskCommand({ SourceArn, ...more }))
const tasksOf = async ({ arn: SourceArn }: Queue, MaxResults = 10) =>
  (await sqs.send(new ListMessageMoveTasksCommand({ SourceArn, MaxResults }))).Results ?? []
const ended = (queue: Queue) => expect.poll(async () => (await tasksOf(queue)).map(({ Status }) => Status)[0])

describe('a move task', () => {
  it('moves the messages of a dead-letter queue to where they came from, with their attributes', async () => {
    const MessageAttributes = { kind: { DataType: 'String', StringValue: 'fact' } }
    await send(dead, 'one', { MessageAttributes })
    await send(dead, 'two')
    expect((await start(dead.arn)).TaskHandle).toMatch(/^[A-Za-z0-9+/=]{40,}$/)
    await ended(dead).toBe('COMPLETED')
    const moved = await receive(facts)
    expect(new Set(moved.map(({ Body }) => Body))).toEqual(new Set(['one', 'two']))
    expect(moved.find(({ Body }) => Body === 'one')?.MessageAttributes).toMatchObject(MessageAttributes)
    expect(await counts(dead)).toEqual([0, 0])
    expect(await tasksOf(dead)).toEqual([
      {
        Status: 'COMPLETED',
        SourceArn: dead.arn,
        ApproximateNumberOfMessagesMoved: 2,
        ApproximateNumberOfMessagesToMove: 2,
        StartedTimestamp: expect.any(Number),
      },
    ])
  })

  it('moves them to the destination that it was given, keeping groups of FIFO queues', async () => {
    const fifo = { FifoQueue: 'true', ContentBasedDeduplication: 'true' }
    const source = await create(`dead-${count}.fifo`, undefined, fifo)
    await create(`source-${count}.fifo`, source, fifo)
    const other = await create(`other-${count}.fifo`, undefined, fifo)
    await send(source, 'one', { MessageGroupId: 'group' })
    await start(source.arn, { DestinationArn: other.arn })
    await ended(source).toBe('COMPLETED')
    const [moved] = await receive(other, { MessageSystemAttributeNames: ['All'] })
    expect(moved).toMatchObject({ Body: 'one', Attributes: { MessageGroupId: 'group' } })
    expect((await tasksOf(source))[0]).toMatchObject({ DestinationArn: other.arn })
  })

  it('runs alone for its queue, at its rate, until it is cancelled, and loses nothing', async () => {
    await Promise.all(Array.from({ length: 5 }, (_, n) => send(dead, String(n))))
    const rate = { MaxNumberOfMessagesPerSecond: 1 }
    const { TaskHandle } = await start(dead.arn, rate)
    await expect.poll(() => counts(facts)).toEqual([1, 0])
    await expect(start(dead.arn)).rejects.toMatchObject({
      name: 'UnsupportedOperation',
      message: expect.stringContaining('Only one active task'),
    })
    expect(await tasksOf(dead)).toMatchObject([{ TaskHandle, Status: 'RUNNING', ...rate }])
    const cancelled = await sqs.send(new CancelMessageMoveTaskCommand({ TaskHandle }))
    await ended(dead).toBe('CANCELLED')
    const [left = 0] = await counts(dead)
    expect([cancelled.ApproximateNumberOfMessagesMoved, left]).toEqual([5 - left, left])
    expect((await tasksOf(dead))[0]).not.toHaveProperty('TaskHandle')
    await expect(sqs.send(new CancelMessageMoveTaskCommand({ TaskHandle }))).rejects.toMatchObject({
      name: 'UnsupportedOperation',
    })
    await start(dead.arn)
    await ended(dead).toBe('COMPLETED')
    expect(await counts(facts)).toEqual([5, 0])
    expect(await tasksOf(dead, 1)).toHaveLength(1)
  })

  it('says so when it fails, and what it had taken comes back', async () => {
    await Promise.all(Array.from({ length: 20 }, (_, n) => send(dead, String(n))))
    const gone = await create(`gone-${count}`)
    await start(dead.arn, { DestinationArn: gone.arn, MaxNumberOfMessagesPerSecond: 10 })
    await expect.poll(async () => (await counts(gone))[0]).toBeGreaterThan(0)
    await sqs.send(new DeleteQueueCommand({ QueueUrl: gone.url }))
    await ended(dead).toBe('FAILED')
    const [task] = await tasksOf(dead)
    expect(task).toMatchObject({ FailureReason: 'QueueDoesNotExist', ApproximateNumberOfMessagesToMove: 20 })
    expect(await counts(dead)).toEqual([20 - (task?.ApproximateNumberOfMessagesMoved ?? 0), 0])
  })

  it.each([
    ['a queue that does not exist', () => start('arn:aws:sqs:us-east-1:000000000000:nobody'), /SourceArn/],
    ['a queue without sources', () => start(facts.arn), /must be configured as a Dead Letter Queue/],
    ['itself as destination', () => start(dead.arn, { DestinationArn: dead.arn }), /cannot be the same/],
    [
      'a destination that does not exist',
      () => start(dead.arn, { DestinationArn: `${dead.arn}-x` }),
      /DestinationArn/,
    ],
    ['a rate that SQS does not have', () => start(dead.arn, { MaxNumberOfMessagesPerSecond: 501 }), /500/],
    [
      'an unknown handle',
      () => sqs.send(new CancelMessageMoveTaskCommand({ TaskHandle: 'x' })),
      /Task does not exist/,
    ],
  ])('is refused for %s', async (_, attempt, message) => {
    await expect(attempt()).rejects.toThrow(message)
    expect(await tasksOf(dead)).toEqual([])
  })
})

describe('queues', () => {
  it('have one URL, at the address of the service, whoever asks', async () => {
    const QueueName = `facts-${count}`
    const url = `${server.endpoint}/000000000000/${QueueName}`
    const again = await sqs.send(new CreateQueueCommand({ QueueName }))
    const { QueueUrls } = await sqs.send(new ListQueuesCommand({ QueueNamePrefix: QueueName }))
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName }))
    const { queueUrls } = await sqs.send(new ListDeadLetterSourceQueuesCommand({ QueueUrl: dead.url }))
    expect([facts.url, again.QueueUrl, QueueUrls, QueueUrl, queueUrls]).toEqual([url, url, [url], url, [url]])
  })

  it('list the sources of their dead letters, page by page', async () => {
    await create(`other-${count}`, dead)
    const page = (NextToken?: string) =>
      sqs.send(new ListDeadLetterSourceQueuesCommand({ QueueUrl: dead.url, MaxResults: 1, NextToken }))
    const first = await page()
    const second = await page(first.NextToken)
    expect([first.queueUrls, second.queueUrls, second.NextToken]).toEqual([
      [facts.url],
      [`${server.endpoint}/000000000000/other-${count}`],
      undefined,
    ])
    await expect(
      sqs.send(new ListDeadLetterSourceQueuesCommand({ QueueUrl: `${dead.url}-x` })),
    ).rejects.toMatchObject({ name: 'QueueDoesNotExist' })
    await expect(start(dead.arn)).rejects.toThrow(/DestinationArn has to be named/)
  })

  it('count what somebody looked at as hidden, and as visible again once its time is over', async () => {
    await send(dead, 'letter')
    await receive(dead, { VisibilityTimeout: 1 })
    expect(await counts(dead)).toEqual([0, 1])
    await expect.poll(() => counts(dead)).toEqual([1, 0])
  })
})
