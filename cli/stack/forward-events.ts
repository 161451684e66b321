/** Sends what a queue holds to a server, again and again until it takes it. What is not deleted comes again: the queue counts and waits. */
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs'
import { parseEvent } from '#client/parse-event.ts'
import type { World } from '#cli/terminal/world.ts'
import type { EventQueue } from './event-queue.ts'
import type { StackAccess } from './stack-access.ts'

type WechatPayEvent = ReturnType<typeof parseEvent>

export interface Delivery {
  readonly event: WechatPayEvent
  readonly attempt: number
  /** Of the answer, or why there is none. */
  readonly answer: number | string
  readonly tookMs: number
  readonly outcome: 'delivered' | 'again' | 'given_up'
  /** Until it comes again. */
  readonly againInSeconds?: number
}

export interface Forwarding {
  readonly queue: EventQueue
  readonly url: string
  readonly tries: number
  readonly stop: AbortSignal
  readonly told: (delivery: Delivery) => void
  /** A message that holds no event of ours: it stays where it is. */
  readonly foreign: (messageId: string) => void
}

const WAIT_SECONDS = 5
const ANSWER_MS = 10_000
const LONGEST_SECONDS = 60
/** Longer than an answer may take, so that nothing comes twice that is still being sent. */
const HIDDEN_SECONDS = 30

type Sqs = Pick<StackAccess, 'sqs'>

/** Goes on until it is stopped. */
export async function forwardEvents(world: World, { sqs }: Sqs, forwarding: Forwarding): Promise<void> {
  while (!forwarding.stop.aborted) {
    const messages = await receive(sqs, forwarding)
    for (const message of messages) await forward(world, { sqs }, forwarding, message)
  }
}

async function receive(sqs: Sqs['sqs'], { queue, stop }: Forwarding): Promise<readonly Message[]> {
  const command = new ReceiveMessageCommand({
    QueueUrl: queue.url,
    MaxNumberOfMessages: 1,
    WaitTimeSeconds: WAIT_SECONDS,
    VisibilityTimeout: HIDDEN_SECONDS,
    MessageSystemAttributeNames: ['ApproximateReceiveCount'],
  })
  try {
    return (await sqs.send(command, { abortSignal: stop })).Messages ?? []
  } catch (error) {
    if (stop.aborted) return []
    throw error
  }
}

async function forward(world: World, { sqs }: Sqs, to: Forwarding, message: Message): Promise<void> {
  const event = eventIn(message)
  if (event === undefined) return to.foreign(message.MessageId ?? '')
  const attempt = Number(message.Attributes?.ApproximateReceiveCount ?? 1)
  const before = world.clock.now()
  const answer = await post(to, event)
  const sent = { event, attempt, answer, tookMs: world.clock.now() - before }
  const handle = { QueueUrl: to.queue.url, ReceiptHandle: message.ReceiptHandle }
  const delivered = typeof answer === 'number' && answer >= 200 && answer < 300
  const last = to.queue.own && attempt >= to.tries
  if (delivered || last) {
    await sqs.send(new DeleteMessageCommand(handle))
    return to.told({ ...sent, outcome: delivered ? 'delivered' : 'given_up' })
  }
  const againInSeconds = Math.min(2 ** (attempt - 1), LONGEST_SECONDS)
  await sqs.send(new ChangeMessageVisibilityCommand({ ...handle, VisibilityTimeout: againInSeconds }))
  to.told({ ...sent, outcome: 'again', againInSeconds })
}

function eventIn({ Body }: Message): WechatPayEvent | undefined {
  try {
    return parseEvent(Body)
  } catch {
    return undefined
  }
}

/** @returns the status, or why there was no answer; redirects are not followed, as SNS follows none. */
async function post({ url, stop }: Forwarding, event: WechatPayEvent): Promise<number | string> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/cloudevents+json; charset=utf-8' },
      body: JSON.stringify(event),
      redirect: 'manual',
      signal: AbortSignal.any([stop, AbortSignal.timeout(ANSWER_MS)]),
    })
    await response.arrayBuffer()
    return response.status
  } catch (error) {
    return reasonOf(error)
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'no answer'
  if (error.name === 'TimeoutError') return `no answer within ${ANSWER_MS / 1000} s`
  const { cause } = error
  return cause instanceof Error && 'code' in cause ? `no answer (${String(cause.code)})` : 'no answer'
}
