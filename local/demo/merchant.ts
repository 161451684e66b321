/** The merchant of the demo: calls the HTTP API as any client would, and has a queue of its own on the topic. */
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs'
import { SubscribeCommand } from '@aws-sdk/client-sns'
import { setTimeout as delay } from 'node:timers/promises'
import * as v from 'valibot'
import type { LocalStack } from '#local/stack-options.ts'

export interface Answer {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
}

export interface Event {
  readonly id: string
  readonly type: string
  readonly data: Readonly<Record<string, unknown>>
  /** The message as it came. */
  readonly text: string
}

export interface Merchant {
  post(path: string, body: unknown): Promise<Answer>
  get(path: string): Promise<Answer>
  /** Every event received so far, repeats included. */
  readonly events: readonly Event[]
  /** Resolves with the event of this id, when it is there. @throws when it does not come within 20 s */
  event(id: string): Promise<Event>
  /**
   * Resolves with what `find` gives, as soon as it gives something; it is asked again after every arrival.
   *
   * @throws Error naming `what` when that does not happen in time: 20 s unless told otherwise.
   */
  when<Found>(find: () => Found | undefined, what: string, timeoutMs?: number): Promise<Found>
  stop(): Promise<void>
}

const EVENT_WAIT_MS = 20_000
const AnyObject = v.record(v.string(), v.unknown())
const Notice = v.pipe(v.string(), v.parseJson(), v.object({ Message: v.string() }))
const Message = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ id: v.string(), type: v.string(), data: AnyObject }),
)
/** While SQS does not answer. */
const AFTER_ERROR_MS = 100

/** Subscribes a new queue to the topic and listens on it. @param send what carries its requests to the API. */
export async function createMerchant(stack: LocalStack, send: typeof fetch = fetch): Promise<Merchant> {
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

  /** What is not deleted comes again, as it may from any queue. */
  async function listen(): Promise<void> {
    while (!controller.signal.aborted) {
      await take().catch(() =>
        delay(AFTER_ERROR_MS, undefined, { signal: controller.signal }).catch(() => {}),
      )
      for (const wake of waiting) wake()
    }
  }

  async function take(): Promise<void> {
    const { Messages: messages = [] } = await clients.sqs.send(
      new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }),
      { abortSignal: controller.signal },
    )
    if (messages.length === 0) return
    for (const { Body } of messages) events.push(readEvent(Body))
    const Entries = messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }))
    await clients.sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }))
  }

  async function request(method: string, path: string, body?: unknown): Promise<Answer> {
    const init =
      body === undefined
        ? {}
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
    const response = await send(`${apiUrl}${path}`, { method, ...init })
    const text = await response.text()
    return { status: response.status, body: text === '' ? {} : v.parse(AnyObject, JSON.parse(text)) }
  }

  function when<Found>(
    find: () => Found | undefined,
    what: string,
    timeoutMs = EVENT_WAIT_MS,
  ): Promise<Found> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const found = find()
        if (found === undefined) return
        clearTimeout(timer)
        waiting.delete(look)
        resolve(found)
      }
      const timer = setTimeout(() => {
        waiting.delete(look)
        reject(new Error(`${what} did not come within ${timeoutMs / 1000} s`))
      }, timeoutMs)
      waiting.add(look)
      look()
    })
  }

  return {
    events,
    post: (path, body) => request('POST', path, body),
    get: (path) => request('GET', path),
    event: (id) => when(() => events.find((event) => event.id === id), `the event ${id}`),
    when,
    async stop() {
      controller.abort()
      await listening
    },
  }
}

function readEvent(body: string | undefined): Event {
  const { Message: text } = v.parse(Notice, body)
  return { ...v.parse(Message, text), text }
}
