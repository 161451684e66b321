/** What the SQS emulator lacks: move tasks, the sources of a dead-letter queue, counts as of now, and one URL for a queue. */
import * as v from 'valibot'
import { sourcesOf } from './dead-letter-queues.ts'
import { createMoveTasks } from './move-tasks.ts'
import { Refusal } from './refusal.ts'
import { readInput, type SqsEmulator } from './sqs-emulator.ts'

export interface SqsCompletion {
  /** An answer to an operation that the emulator does not have; undefined for one that it has. @throws Refusal */
  perform(operation: string, body: unknown): Promise<object | undefined>
  /** Completes the emulator's own answer. */
  complete(operation: string, body: unknown, answer: unknown): Promise<unknown>
  stop(): Promise<void>
}

const ListSources = v.object({
  QueueUrl: v.string(),
  MaxResults: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1000)), 1000),
  NextToken: v.optional(v.string(), ''),
})
const NamedQueue = v.object({ QueueUrl: v.string() })
const QueueList = v.looseObject({ QueueUrls: v.array(v.string()) })
const Attributes = v.object({ Attributes: v.record(v.string(), v.string()) })

export function createSqsCompletion(emulator: SqsEmulator): SqsCompletion {
  const tasks = createMoveTasks(emulator)
  return {
    async perform(operation, body) {
      switch (operation) {
        case 'StartMessageMoveTask':
          return tasks.start(body)
        case 'ListMessageMoveTasks':
          return tasks.list(body)
        case 'CancelMessageMoveTask':
          return tasks.cancel(body)
        case 'ListDeadLetterSourceQueues':
          return listSources(emulator, body)
        default:
          return undefined
      }
    },
    async complete(operation, body, answer) {
      switch (operation) {
        case 'CreateQueue':
        case 'GetQueueUrl':
          return v.is(NamedQueue, answer) ? { QueueUrl: oneUrl(emulator, answer.QueueUrl) } : answer
        case 'ListQueues':
          return v.is(QueueList, answer)
            ? { ...answer, QueueUrls: answer.QueueUrls.map((url) => oneUrl(emulator, url)) }
            : answer
        case 'GetQueueAttributes':
          return v.is(NamedQueue, body) && v.is(Attributes, answer)
            ? {
                Attributes: {
                  ...answer.Attributes,
                  ...(await countsNow(emulator, body.QueueUrl, answer.Attributes)),
                },
              }
            : answer
        default:
          return answer
      }
    },
    stop: () => tasks.stop(),
  }
}

async function listSources(emulator: SqsEmulator, body: unknown): Promise<object> {
  const { QueueUrl, MaxResults, NextToken } = readInput(ListSources, body)
  const name = queueName(QueueUrl)
  const queue = (await emulator.queues()).find((one) => one.name === name)
  if (queue === undefined) throw new Refusal('QueueDoesNotExist', 'The specified queue does not exist.')
  const names = (await sourcesOf(emulator, queue))
    .map((source) => source.name)
    .filter((one) => one > NextToken)
  const page = names.slice(0, MaxResults)
  return {
    queueUrls: page.map((one) => emulator.urlOf(one)),
    ...(names.length > page.length ? { NextToken: page.at(-1) } : {}),
  }
}

/** Only the counts that were asked for. */
async function countsNow(
  emulator: SqsEmulator,
  queueUrl: string,
  asked: Readonly<Record<string, string>>,
): Promise<Record<string, string>> {
  if (!Object.keys(asked).some((name) => name.startsWith('ApproximateNumberOfMessages'))) return {}
  const counts = await emulator.counts(queueName(queueUrl))
  if (counts === undefined) return {}
  const now = {
    ApproximateNumberOfMessages: counts.visible,
    ApproximateNumberOfMessagesNotVisible: counts.hidden,
    ApproximateNumberOfMessagesDelayed: counts.delayed,
  }
  return Object.fromEntries(
    Object.entries(now)
      .filter(([name]) => name in asked)
      .map(([name, count]) => [name, String(count)]),
  )
}

/** The emulator gives out host names that do not resolve everywhere; every other place here says the address. */
function oneUrl(emulator: SqsEmulator, url: string): string {
  return emulator.urlOf(queueName(url))
}

function queueName(url: string): string {
  return url.split('/').at(-1) ?? ''
}
