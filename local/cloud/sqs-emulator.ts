/** The SQS emulator of this process, called by whatever completes it: its own operations, and a look into its queues. */
import * as v from 'valibot'
import { LOCAL_ACCOUNT } from '#local/template/local-identity.ts'
import { readBy, Refusal } from './refusal.ts'

/** @throws Refusal naming every problem. */
export function readInput<const Schema extends v.GenericSchema>(
  schema: Schema,
  input: unknown,
): v.InferOutput<Schema> {
  return readBy(schema, input, (problems) => new Refusal('InvalidParameterValue', problems.join('; ')))
}

export interface QueueCounts {
  readonly visible: number
  readonly hidden: number
  readonly delayed: number
}

export interface EmulatedQueue {
  readonly name: string
  readonly arn: string
}

export interface SqsEmulator {
  /** Performs an operation of SQS. @throws Refusal */
  call(operation: string, body: object): Promise<unknown>
  queues(): Promise<readonly EmulatedQueue[]>
  /** As of now: the emulator itself takes back what was hidden or delayed long enough only when somebody receives. */
  counts(queueName: string): Promise<QueueCounts | undefined>
  /** The one URL of a queue, however it is asked for. */
  urlOf(queueName: string): string
}

/** A request that never leaves this process. */
export type Inject = (request: {
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly payload?: string
}) => Promise<{ readonly statusCode: number; readonly payload: string }>

const Queues = v.array(
  v.object({
    name: v.string(),
    arn: v.string(),
    approximateMessageCount: v.number(),
    approximateInflightCount: v.number(),
    approximateDelayedCount: v.number(),
  }),
)
const Contents = v.object({
  messages: v.object({
    ready: v.array(v.unknown()),
    delayed: v.array(v.object({ delayUntil: v.optional(v.number(), 0) })),
    inflight: v.array(v.object({ visibilityDeadline: v.number() })),
  }),
})
const Refused = v.object({ __type: v.string(), message: v.optional(v.string(), '') })

export function createSqsEmulator(inject: Inject, endpoint: () => string): SqsEmulator {
  const listed = async () => {
    const { payload } = await inject({ method: 'GET', url: '/_fauxqs/queues' })
    return v.parse(Queues, JSON.parse(payload))
  }
  return {
    async call(operation, body) {
      const { statusCode, payload } = await inject({
        method: 'POST',
        url: '/',
        headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `AmazonSQS.${operation}` },
        payload: JSON.stringify(body),
      })
      const answer: unknown = JSON.parse(payload)
      if (statusCode === 200) return answer
      const { __type, message } = v.parse(Refused, answer)
      throw new Refusal(__type.split('#').at(-1) ?? __type, message, statusCode)
    },
    queues: listed,
    async counts(queueName) {
      const queue = (await listed()).find(({ name }) => name === queueName)
      if (queue === undefined) return undefined
      const {
        approximateMessageCount: visible,
        approximateInflightCount: hidden,
        approximateDelayedCount: delayed,
      } = queue
      if (hidden + delayed === 0) return { visible, hidden, delayed }
      const { payload } = await inject({ method: 'GET', url: `/_fauxqs/queues/${queueName}` })
      return countsOf(v.parse(Contents, JSON.parse(payload)), Date.now())
    },
    urlOf: (queueName) => `${endpoint()}/${LOCAL_ACCOUNT}/${queueName}`,
  }
}

function countsOf({ messages }: v.InferOutput<typeof Contents>, now: number): QueueCounts {
  const hidden = messages.inflight.filter(({ visibilityDeadline }) => visibilityDeadline > now).length
  const delayed = messages.delayed.filter(({ delayUntil }) => delayUntil > now).length
  const returned = messages.inflight.length - hidden + messages.delayed.length - delayed
  return { visible: messages.ready.length + returned, hidden, delayed }
}
