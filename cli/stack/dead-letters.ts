/** Messages of the dead-letter queue: taken one batch at a time, told apart from foreign ones, put back as they were. */
import { createHash } from 'node:crypto'
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  type Message,
} from '@aws-sdk/client-sqs'
import * as v from 'valibot'
import { parseFactKey } from '#shared/facts/fact-key.ts'
import { accountsOf } from './accounts.ts'
import type { StackAccess } from './stack-access.ts'

export interface DeadLetter {
  readonly messageId: string
  readonly receiptHandle: string
  /** When it was sent to the fact queue first, epoch ms. */
  readonly sentAt: number
  readonly receives: number
  /** The fact that it is about; absent when the message is not ours. */
  readonly factKey?: string
  /** Why it is not ours. Never quotes the message. */
  readonly foreign?: string
  /** Of the body, to compare messages without showing them. */
  readonly bodySha256: string
}

const HIDDEN_SECONDS = 60
const BATCH = 10
/** An empty answer may be a part of the queue only: two in a row mean empty. */
const EMPTY_ANSWERS = 2

const Body = v.strictObject({ fact_key: v.string() })

/** How many messages the queue holds, as SQS estimates it. */
export async function countDeadLetters({
  sqs,
  queues,
}: Pick<StackAccess, 'sqs' | 'queues'>): Promise<number> {
  const { Attributes: attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: queues.facts_dead_letter,
      AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
    }),
  )
  return (
    Number(attributes['ApproximateNumberOfMessages'] ?? 0) +
    Number(attributes['ApproximateNumberOfMessagesNotVisible'] ?? 0)
  )
}

/**
 * Takes messages until the queue is empty or the limit is reached; each is hidden from others for a minute.
 *
 * What the caller neither deletes nor puts back shows up again by itself.
 */
export async function* receiveDeadLetters(
  stack: StackAccess,
  limit: number,
): AsyncGenerator<DeadLetter, void, undefined> {
  const seen = new Set<string>()
  let empty = 0
  let repeated = 0
  let waiting: readonly DeadLetter[] = []
  try {
    // What was put aside shows up again after a while; a queue that gives nothing else any more counts as empty.
    while (seen.size < limit && empty < EMPTY_ANSWERS && repeated <= seen.size) {
      const messages = await receive(stack, Math.min(BATCH, limit - seen.size))
      waiting = messages.filter(({ messageId }) => !seen.has(messageId))
      empty = messages.length === 0 ? empty + 1 : 0
      repeated = waiting.length === 0 ? repeated + messages.length : 0
      for (let [letter] = waiting; letter !== undefined; [letter] = waiting) {
        waiting = waiting.slice(1)
        seen.add(letter.messageId)
        yield letter
      }
    }
  } finally {
    // The caller had enough in the middle of a batch.
    await putBack(stack, waiting)
  }
}

async function receive(stack: StackAccess, count: number): Promise<readonly DeadLetter[]> {
  const { sqs, queues } = stack
  const { Messages: messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: queues.facts_dead_letter,
      MaxNumberOfMessages: count,
      VisibilityTimeout: HIDDEN_SECONDS,
      WaitTimeSeconds: 1,
      MessageSystemAttributeNames: ['SentTimestamp', 'ApproximateReceiveCount'],
    }),
  )
  const accounts = accountsOf(stack).map(({ mchid }) => mchid)
  return messages.map((message) => deadLetterOf(message, accounts))
}

/** Shows messages to others again. */
export async function putBack({ sqs, queues }: StackAccess, letters: readonly DeadLetter[]): Promise<void> {
  await Promise.all(
    letters.map(({ receiptHandle }) =>
      sqs
        .send(
          new ChangeMessageVisibilityCommand({
            QueueUrl: queues.facts_dead_letter,
            ReceiptHandle: receiptHandle,
            VisibilityTimeout: 0,
          }),
        )
        // It shows up again by itself within a minute.
        .catch(() => {}),
    ),
  )
}

export async function deleteLetter(
  { sqs, queues }: StackAccess,
  { receiptHandle }: DeadLetter,
): Promise<void> {
  await sqs.send(
    new DeleteMessageCommand({ QueueUrl: queues.facts_dead_letter, ReceiptHandle: receiptHandle }),
  )
}

function deadLetterOf(message: Message, accounts: readonly string[]): DeadLetter {
  const { MessageId: messageId = '', ReceiptHandle: receiptHandle = '', Body: body = '' } = message
  const attributes = message.Attributes ?? {}
  return {
    messageId,
    receiptHandle,
    sentAt: Number(attributes.SentTimestamp ?? 0),
    receives: Number(attributes.ApproximateReceiveCount ?? 0),
    bodySha256: createHash('sha256').update(body).digest('hex'),
    ...readBody(body, accounts),
  }
}

/** Says which fact a message is about, or why it is none of ours. */
function readBody(body: string, accounts: readonly string[]): Pick<DeadLetter, 'factKey' | 'foreign'> {
  const parsed = v.safeParse(Body, jsonOf(body))
  if (!parsed.success) return { foreign: 'its body is not {"fact_key": …}' }
  const { fact_key: factKey } = parsed.output
  const fact = parseFactKey(factKey)
  if (!fact.ok)
    return { foreign: `its fact_key does not have the form of a fact: no ${fact.part} that we know` }
  const owner = fact.key.mchid
  if (!accounts.includes(owner))
    return { foreign: `it is about the merchant ${owner}, and this stack serves ${accounts.join(' and ')}` }
  return { factKey }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
