/** Lambda's poller of a queue: receives batches, invokes the function, deletes what succeeded, leaves the rest to SQS. */
import { setTimeout as delay } from 'node:timers/promises'
import {
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import * as v from 'valibot'
import { queueUrl } from '#local/cloud/queues.ts'
import { BooleanProperty, NumberProperty } from '#local/template/number-property.ts'
import { readProperties, type TemplateStack } from '#local/template/template-stack.ts'
import type { InvokeResult } from './invoke-result.ts'
import { failedMessageIds, sqsEvent } from './sqs-event.ts'

const MappingProperties = v.object({
  EventSourceArn: v.pipe(v.string(), v.regex(/:sqs:/, 'the local stack knows queues as event sources only')),
  FunctionName: v.string(),
  BatchSize: v.optional(NumberProperty, 10),
  MaximumBatchingWindowInSeconds: v.optional(NumberProperty, 0),
  Enabled: v.optional(BooleanProperty, true),
  FunctionResponseTypes: v.optional(v.array(v.string()), []),
  ScalingConfig: v.optional(v.object({ MaximumConcurrency: v.optional(NumberProperty) })),
})

export interface EventSource {
  readonly queueArn: string
  readonly functionName: string
  readonly batchSize: number
  readonly batchingWindowSeconds: number
  readonly reportsItemFailures: boolean
  /** Batches at work at once. */
  readonly maxConcurrency: number
}

/**
 * Reads the enabled event sources of the template.
 *
 * @param capacityOf how many processes a function may have: a batch that waited for one could become visible again.
 */
export function eventSources(
  stack: TemplateStack,
  capacityOf: (functionName: string) => number,
): readonly EventSource[] {
  return stack
    .resources('AWS::Lambda::EventSourceMapping')
    .map((resource) => readProperties(resource, MappingProperties))
    .filter(({ Enabled }) => Enabled)
    .map((mapping) => ({
      queueArn: mapping.EventSourceArn,
      functionName: mapping.FunctionName,
      batchSize: mapping.BatchSize,
      batchingWindowSeconds: mapping.MaximumBatchingWindowInSeconds,
      reportsItemFailures: mapping.FunctionResponseTypes.includes('ReportBatchItemFailures'),
      maxConcurrency: Math.min(
        mapping.ScalingConfig?.MaximumConcurrency ?? Infinity,
        capacityOf(mapping.FunctionName),
      ),
    }))
}

export interface PollerOptions {
  readonly client: SQSClient
  readonly sqsEndpoint: string
  readonly region: string
  readonly invoke: (functionName: string, event: unknown) => Promise<InvokeResult>
}

export interface Poller {
  /** Ends polling; batches at work are not waited for. */
  stop(): Promise<void>
}

const LONG_POLL_SECONDS = 20
const SQS_BATCH = 10
const AFTER_ERROR_MS = 500

/** Polls one queue until stopped. */
export function startSqsPoller(source: EventSource, options: PollerOptions): Poller {
  const { client, region } = options
  const QueueUrl = queueUrl(options.sqsEndpoint, source.queueArn)
  const stopping = new AbortController()
  const { signal: abortSignal } = stopping
  const aborted = new Promise<void>((resolve) => abortSignal.addEventListener('abort', () => resolve()))
  const atWork = new Set<Promise<void>>()

  async function poll(): Promise<void> {
    while (!abortSignal.aborted) {
      if (atWork.size >= source.maxConcurrency) {
        await Promise.race([...atWork, aborted])
        continue
      }
      const messages = await gather().catch(afterError)
      if (messages.length === 0) continue
      const batch = handle(messages).catch(() => {
        // SQS could not be reached to delete: the messages come back, as they may in Lambda.
      })
      atWork.add(batch)
      void batch.finally(() => atWork.delete(batch))
    }
  }

  /** SQS did not answer: again after a pause, unless polling has just been ended. */
  async function afterError(): Promise<readonly Message[]> {
    await delay(AFTER_ERROR_MS, undefined, { signal: abortSignal }).catch(() => undefined)
    return []
  }

  /** One batch: what a long poll gives, and with a batching window what comes until it is full or the window is over. */
  async function gather(): Promise<readonly Message[]> {
    const messages = await receive(LONG_POLL_SECONDS, source.batchSize)
    const endsAtMs = Date.now() + source.batchingWindowSeconds * 1000
    while (messages.length > 0 && messages.length < source.batchSize) {
      const secondsLeft = Math.floor((endsAtMs - Date.now()) / 1000)
      if (secondsLeft <= 0) break
      messages.push(...(await receive(secondsLeft, source.batchSize - messages.length)))
    }
    return messages
  }

  async function receive(WaitTimeSeconds: number, wanted: number): Promise<Message[]> {
    const command = new ReceiveMessageCommand({
      QueueUrl,
      WaitTimeSeconds: Math.min(WaitTimeSeconds, LONG_POLL_SECONDS),
      MaxNumberOfMessages: Math.min(wanted, SQS_BATCH),
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['All'],
    })
    const { Messages = [] } = await client.send(command, { abortSignal })
    return Messages
  }

  async function handle(messages: readonly Message[]): Promise<void> {
    const result = await options.invoke(
      source.functionName,
      sqsEvent(messages, { queueArn: source.queueArn, region }),
    )
    if (!result.ok) return
    const failed = source.reportsItemFailures ? failedMessageIds(result.payload, messages) : new Set<string>()
    if (failed === undefined) return
    const done = messages.filter(({ MessageId = '' }) => !failed.has(MessageId))
    for (let from = 0; from < done.length; from += SQS_BATCH) {
      const Entries = done
        .slice(from, from + SQS_BATCH)
        .map(({ ReceiptHandle }, i) => ({ Id: String(i), ReceiptHandle }))
      await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }))
    }
  }

  const polling = poll()
  return {
    async stop() {
      stopping.abort()
      await polling
    },
  }
}
