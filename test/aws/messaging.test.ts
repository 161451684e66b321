import { ReceiveMessageCommand } from '@aws-sdk/client-sqs'
import { startFauxqs } from 'fauxqs'
import type { FauxqsServer } from 'fauxqs'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { fen } from '#shared/money.ts'
import { withTrace } from '#shared/ambient-trace.ts'
import { createSnsClient, createSqsClient } from '#shared/aws/clients.ts'
import { createSnsPublisher } from '#shared/aws/sns-publisher.ts'
import { createSqsDispatcher } from '#shared/aws/sqs-dispatcher.ts'
import { createSqsKeyRefresh } from '#shared/aws/sqs-key-refresh.ts'
import type { PaymentEvent } from '#shared/events/payment-event.ts'
import { continueTrace, traceparentOf } from '#shared/trace.ts'
import { captureLog } from './captured-log.ts'

let server: FauxqsServer
let sqs: ReturnType<typeof createSqsClient>
let sns: ReturnType<typeof createSnsClient>
let topicArn: string
beforeAll(async () => {
  server = await startFauxqs({ port: 0, logger: false })
  const options = {
    endpoint: server.address,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  }
  sqs = createSqsClient(options)
  sns = createSnsClient(options)
  server.createQueue('facts')
  server.createQueue('refresh.fifo', { attributes: { FifoQueue: 'true' } })
  server.createQueue('all')
  server.createQueue('held')
  topicArn = server.createTopic('events').topicArn
  server.subscribe({ topic: 'events', queue: 'all', attributes: { RawMessageDelivery: 'true' } })
  server.subscribe({
    topic: 'events',
    queue: 'held',
    attributes: {
      FilterPolicy: JSON.stringify({ type: ['order.held'], mchid: ['1900000109'], subject: ['A1'] }),
    },
  })
})
afterAll(async () => {
  sqs.destroy()
  sns.destroy()
  await server.stop()
})
beforeEach(() => server.reset())

const urlOf = (queue: string) => `${server.address}/000000000000/${queue}`

async function bodiesOf(queue: string): Promise<readonly unknown[]> {
  const command = new ReceiveMessageCommand({ QueueUrl: urlOf(queue), MaxNumberOfMessages: 10 })
  const { Messages: messages = [] } = await sqs.send(command)
  return messages.map((message) => JSON.parse(message.Body!))
}

describe('the dispatcher', () => {
  it('puts the key of the fact on the queue', async () => {
    const dispatcher = createSqsDispatcher({ client: sqs, queueUrl: urlOf('facts') })
    await dispatcher.dispatch('payment#1900000109#A1#SUCCESS')
    expect(await bodiesOf('facts')).toEqual([{ fact_key: 'payment#1900000109#A1#SUCCESS' }])
  })

  it('names the request that the fact comes from', async () => {
    const dispatcher = createSqsDispatcher({ client: sqs, queueUrl: urlOf('facts') })
    await dispatcher.dispatch('payment#1900000109#A2#SUCCESS', 'request-7')
    const receive = new ReceiveMessageCommand({ QueueUrl: urlOf('facts'), MessageAttributeNames: ['All'] })
    const { Messages: [message] = [] } = await sqs.send(receive)
    expect(message!.MessageAttributes).toMatchObject({ correlation_id: { StringValue: 'request-7' } })
  })

  it('hands the trace on that it is part of, and the id that the caller gave', async () => {
    const dispatcher = createSqsDispatcher({ client: sqs, queueUrl: urlOf('facts') })
    const trace = continueTrace({ requestId: 'caller-7' })
    await withTrace(trace, () => dispatcher.dispatch('payment#1900000109#A3#SUCCESS'))
    await dispatcher.dispatch('payment#1900000109#A4#SUCCESS')
    const command = new ReceiveMessageCommand({
      QueueUrl: urlOf('facts'),
      MessageAttributeNames: ['All'],
      MaxNumberOfMessages: 10,
    })
    const { Messages: messages = [] } = await sqs.send(command)
    expect(messages.map(({ MessageAttributes: given }) => given)).toEqual([
      {
        traceparent: expect.objectContaining({ StringValue: traceparentOf(trace) }),
        'x-request-id': expect.objectContaining({ StringValue: 'caller-7' }),
      },
      undefined,
    ])
  })

  it('fails when the queue did not take the message', async () => {
    const dispatcher = createSqsDispatcher({ client: sqs, queueUrl: urlOf('absent') })
    await expect(dispatcher.dispatch('x')).rejects.toMatchObject({
      code: 'storage_unavailable',
      cause: expect.any(Error),
    })
  })
})

describe('the key refresh', () => {
  const MINUTE = 60_000

  function container(minute: number, queue = 'refresh.fifo') {
    const state = { now: minute * MINUTE }
    const { logger, lines } = captureLog()
    const refresh = createSqsKeyRefresh({
      client: sqs,
      queueUrl: urlOf(queue),
      clock: { now: () => state.now },
      logger,
    })
    return { refresh, state, lines }
  }

  it('sends one request a minute, whatever the flood', async () => {
    const { refresh, state } = container(100)
    await Promise.all(Array.from({ length: 1000 }, () => refresh.request()))
    state.now += MINUTE - 1
    await refresh.request()
    expect(await bodiesOf('refresh.fifo')).toEqual([{ minute: 100 }])
  })

  it('is one request a minute for all containers together', async () => {
    const containers = Array.from({ length: 5 }, () => container(200))
    await Promise.all(containers.map(({ refresh }) => refresh.request()))
    for (const { state } of containers) state.now += MINUTE
    await Promise.all(containers.map(({ refresh }) => refresh.request()))
    const { ready } = server.inspectQueue('refresh.fifo')!.messages
    expect(ready.map(({ body }) => JSON.parse(body))).toEqual([{ minute: 200 }, { minute: 201 }])
  })

  it('never fails, logs the failure, and is quiet until the next minute', async () => {
    const { refresh, state, lines } = container(300, 'absent.fifo')
    await refresh.request()
    await refresh.request()
    expect(lines).toMatchObject([{ level: 'warn', code: 'KEY_REFRESH_NOT_REQUESTED' }])
    state.now += MINUTE
    await refresh.request()
    expect(lines).toHaveLength(2)
  })
})

describe('the publisher', () => {
  const event: PaymentEvent = {
    specversion: '1.0',
    id: 'payment#1900000109#A1#SUCCESS',
    source: '/wechatpay/1900000109',
    type: 'payment.succeeded',
    subject: 'A1',
    time: '2026-02-02T02:00:00.000Z',
    datacontenttype: 'application/json',
    data: {
      mchid: '1900000109',
      out_trade_no: 'A1',
      order_version: 2,
      refundable: fen(0),
      deficit: fen(0),
      holds: [],
      description: '图书',
    },
  }

  it('sends the event as its body', async () => {
    await createSnsPublisher({ client: sns, topicArn }).publish(event)
    expect(await bodiesOf('all')).toEqual([event])
  })

  it('lets subscribers filter by type, merchant and order', async () => {
    const publisher = createSnsPublisher({ client: sns, topicArn })
    const held: PaymentEvent = { ...event, type: 'order.held' }
    const others: PaymentEvent[] = [
      event,
      { ...held, source: '/wechatpay/1900000110' },
      { ...held, subject: 'A2' },
    ]
    for (const each of [...others, held]) await publisher.publish(each)
    expect(await bodiesOf('all')).toHaveLength(4)
    expect(await bodiesOf('held')).toMatchObject([{ Message: JSON.stringify(held) }])
  })

  it('fails when the topic did not take the event', async () => {
    const publisher = createSnsPublisher({ client: sns, topicArn: `${topicArn}-absent` })
    await expect(publisher.publish(event)).rejects.toMatchObject({
      code: 'storage_unavailable',
      cause: expect.any(Error),
    })
  })
})
