/** StartMessageMoveTask: moves the messages of a dead-letter queue on, as SQS does, with list and cancel. */
import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import * as v from 'valibot'
import { destinationOf, findQueue } from './dead-letter-queues.ts'
import { Refusal } from './refusal.ts'
import { type EmulatedQueue, readInput, type SqsEmulator } from './sqs-emulator.ts'

const Start = v.object({
  SourceArn: v.string(),
  DestinationArn: v.optional(v.string()),
  MaxNumberOfMessagesPerSecond: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(500))),
})
const List = v.object({
  SourceArn: v.string(),
  MaxResults: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(10)), 1),
})
const Cancel = v.object({ TaskHandle: v.string() })
const Received = v.object({
  Messages: v.optional(
    v.array(
      v.object({
        ReceiptHandle: v.string(),
        Body: v.string(),
        MessageAttributes: v.optional(v.unknown()),
        Attributes: v.optional(
          v.object({
            MessageGroupId: v.optional(v.string()),
            MessageDeduplicationId: v.optional(v.string()),
          }),
          {},
        ),
      }),
    ),
    [],
  ),
})
type Message = v.InferOutput<typeof Received>['Messages'][number]

interface MoveTask {
  readonly handle: string
  readonly source: EmulatedQueue
  readonly destination: EmulatedQueue
  readonly asked: v.InferOutput<typeof Start>
  readonly startedAt: number
  readonly toMove: number
  readonly ending: AbortController
  status: 'RUNNING' | 'COMPLETED' | 'CANCELLING' | 'CANCELLED' | 'FAILED'
  moved: number
  failureReason?: string | undefined
}

export interface MoveTasks {
  start(request: unknown): Promise<object>
  list(request: unknown): Promise<object>
  cancel(request: unknown): object
  /** Ends what runs, and waits for it. */
  stop(): Promise<void>
}

const BATCH = 10
/** While one is being moved, nobody else takes it. */
const HIDDEN_SECONDS = 60

export function createMoveTasks(emulator: SqsEmulator): MoveTasks {
  const tasks: MoveTask[] = []
  const atWork = new Set<Promise<void>>()

  return {
    async start(request) {
      const asked = readInput(Start, request)
      const source = await findQueue(emulator, asked.SourceArn, 'SourceArn')
      if (tasks.some((task) => task.source.arn === source.arn && isActive(task))) {
        throw new Refusal(
          'UnsupportedOperation',
          'There is already a task running. Only one active task is allowed for a source queue arn at a given time.',
        )
      }
      const destination = await destinationOf(emulator, source, asked.DestinationArn)
      const counts = await emulator.counts(source.name)
      const handle = Buffer.from(JSON.stringify({ taskId: randomUUID(), sourceArn: source.arn }))
      const task: MoveTask = {
        handle: handle.toString('base64'),
        source,
        destination,
        asked,
        startedAt: Date.now(),
        toMove: counts?.visible ?? 0,
        ending: new AbortController(),
        status: 'RUNNING',
        moved: 0,
      }
      tasks.unshift(task)
      const work = move(emulator, task).finally(() => atWork.delete(work))
      atWork.add(work)
      return { TaskHandle: task.handle }
    },

    async list(request) {
      const { SourceArn, MaxResults } = readInput(List, request)
      const { arn } = await findQueue(emulator, SourceArn, 'SourceArn')
      const found = tasks.filter(({ source }) => source.arn === arn)
      return { Results: found.slice(0, MaxResults).map(asResult) }
    },

    cancel(request) {
      const { TaskHandle } = readInput(Cancel, request)
      const task = tasks.find(({ handle }) => handle === TaskHandle)
      if (task === undefined) throw new Refusal('ResourceNotFoundException', 'Task does not exist.', 404)
      if (!isActive(task)) throw new Refusal('UnsupportedOperation', 'Only active tasks can be cancelled.')
      task.status = 'CANCELLING'
      task.ending.abort()
      return { ApproximateNumberOfMessagesMoved: task.moved }
    },

    async stop() {
      for (const { ending } of tasks) ending.abort()
      await Promise.all(atWork)
    },
  }
}

function isActive({ status }: MoveTask): boolean {
  return status === 'RUNNING' || status === 'CANCELLING'
}

function asResult(task: MoveTask): object {
  const { asked, status, failureReason } = task
  return {
    ...(status === 'RUNNING' ? { TaskHandle: task.handle } : {}),
    Status: status,
    ...asked,
    ApproximateNumberOfMessagesMoved: task.moved,
    ApproximateNumberOfMessagesToMove: task.toMove,
    ...(failureReason === undefined ? {} : { FailureReason: failureReason }),
    StartedTimestamp: task.startedAt,
  }
}

/** Until the queue gives nothing more. Never rejects: how it ended is in the task. */
async function move(emulator: SqsEmulator, task: MoveTask): Promise<void> {
  const { signal } = task.ending
  const rate = task.asked.MaxNumberOfMessagesPerSecond
  try {
    while (!signal.aborted) {
      const messages = await receive(emulator, task.source, rate === undefined ? BATCH : 1)
      if (messages.length === 0) break
      await moveBatch(emulator, task, messages)
      if (rate !== undefined) await delay(1000 / rate, undefined, { signal }).catch(() => undefined)
    }
    task.status = signal.aborted ? 'CANCELLED' : 'COMPLETED'
  } catch (error) {
    task.status = 'FAILED'
    task.failureReason = error instanceof Refusal ? error.code : 'InternalError'
  }
}

/** What is not moved in the end is put back. */
async function moveBatch(emulator: SqsEmulator, task: MoveTask, messages: readonly Message[]): Promise<void> {
  const left = new Set(messages)
  try {
    for (const message of messages) {
      if (task.ending.signal.aborted) return
      await moveOne(emulator, task, message)
      left.delete(message)
    }
  } finally {
    await Promise.all([...left].map((message) => putBack(emulator, task.source, message)))
  }
}

/** Sent first and deleted after that: interrupted in between it is in both queues, and never in none. */
async function moveOne(emulator: SqsEmulator, task: MoveTask, message: Message): Promise<void> {
  const { Body: MessageBody, MessageAttributes, Attributes, ReceiptHandle } = message
  await emulator.call('SendMessage', {
    QueueUrl: emulator.urlOf(task.destination.name),
    MessageBody,
    MessageAttributes,
    ...Attributes,
  })
  await emulator.call('DeleteMessage', { QueueUrl: emulator.urlOf(task.source.name), ReceiptHandle })
  task.moved += 1
}

async function receive(
  emulator: SqsEmulator,
  { name }: EmulatedQueue,
  MaxNumberOfMessages: number,
): Promise<readonly Message[]> {
  const answer = await emulator.call('ReceiveMessage', {
    QueueUrl: emulator.urlOf(name),
    MaxNumberOfMessages,
    VisibilityTimeout: HIDDEN_SECONDS,
    // The emulator would wait as long as the queue is set to.
    WaitTimeSeconds: 0,
    MessageAttributeNames: ['All'],
    MessageSystemAttributeNames: ['MessageGroupId', 'MessageDeduplicationId'],
  })
  return v.parse(Received, answer).Messages
}

async function putBack(
  emulator: SqsEmulator,
  { name }: EmulatedQueue,
  { ReceiptHandle }: Message,
): Promise<void> {
  const QueueUrl = emulator.urlOf(name)
  await emulator
    .call('ChangeMessageVisibility', { QueueUrl, ReceiptHandle, VisibilityTimeout: 0 })
    // It comes back by itself within a minute.
    .catch(() => undefined)
}
