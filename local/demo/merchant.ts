/** The merchant of the demo: calls the HTTP API as any client would, and has a queue of its own on the topic. */
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs'
import type { ReceiveMessageCommandOutput } from '@aws-sdk/client-sqs'
import { SubscribeCommand } from '@aws-sdk/client-sns'
import * as v from 'valibot'
import type { LocalStack } from '../stack-options.ts'

export interface Answer {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
}

export interface Event {
  readonly id: string
  readonly type: string
  readonly data: Readonly<Record<string, unknown>>
}

export interface Merchant {
  post(path: string, body: unknown): Promise<Answer>
  get(path: string): Promise<Answer>
  /** Every event received so far, repeats included. */
  readonly events: readonly Event[]
  /** Resolves with the event of this id, when it is there. @throws when it does not come within 20 s */
  event(id: string): Promise<Event>
  stop(): Promise<void>
}

const EVENT_WAIT_MS = 20_000
const AnyObject = v.record(v.string(), v.unknown())
const Notice = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    Message: v.pipe(
      v.string(),
      v.parseJson(),
      v.object({ id: v.string(), type: v.string(), data: AnyObject }),
    ),
  }),
)

/** Subscribes a new queue to the topic and listens on it. */
export async function createMerchant(stack: LocalStack): Promise<Merchant> {
  const { clients, apiUrl, description } = stack
  const { QueueUrl: queueUrl } = await clients.sqs.send(new CreateQueueCommand({ QueueName: 'demo-events' }))
  const { Attributes } = await clients.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['QueueArn'] }),
  )
  await clients.sns.send(
    new SubscribeCommand({
      TopicArn: description.topic_arn,
      Protocol: 'sqs',
      Endpoint: Attributes?.QueueArn,
    }),
  )
  const events: Event[] = []
  const waiting = new Set<() => void>()
  const controller = new AbortController()
  const listening = listen()

  async function listen(): Promise<void> {
    while (!controller.signal.aborted) {
      const { Messages: messages = [] } = await receive()
      for (const { Body } of messages) events.push(v.parse(Notice, Body).Message)
      if (messages.length > 0) {
        const Entries = messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }))
        await clients.sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }))
      }
      for (const wake of waiting) wake()
    }
  }

  async function receive(): Promise<ReceiveMessageCommandOutput> {
    try {
      return await clients.sqs.send(
        new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }),
        { abortSignal: controller.signal },
      )
    } catch (error) {
      if (controller.signal.aborted) return { $metadata: {} }
      throw error
    }
  }

  async function request(method: string, path: string, body?: unknown): Promise<Answer> {
    const init =
      body === undefined
        ? {}
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
    const response = await fetch(`${apiUrl}${path}`, { method, ...init })
    const text = await response.text()
    return { status: response.status, body: text === '' ? {} : v.parse(AnyObject, JSON.parse(text)) }
  }

  return {
    events,
    post: (path, body) => request('POST', path, body),
    get: (path) => request('GET', path),
    event(id) {
      const found = () => events.find((event) => event.id === id)
      return new Promise((resolve, reject) => {
        const look = () => {
          const event = found()
          if (event === undefined) return
          clearTimeout(timer)
          waiting.delete(look)
          resolve(event)
        }
        const timer = setTimeout(() => {
          waiting.delete(look)
          reject(new Error(`the event ${id} did not come within ${EVENT_WAIT_MS / 1000} s`))
        }, EVENT_WAIT_MS)
        waiting.add(look)
        look()
      })
    },
    async stop() {
      controller.abort()
      await listening
    },
  }
}
