/** Counts what a part of a run costs. */
import type { LocalStack } from '#local/stack-options.ts'
import type { Counts } from './counts.ts'
import { createDynamoMeter, type DynamoMeter } from './dynamo-units.ts'
import { delayedMs, processorMs } from './pipeline/processor-time.ts'
import { createSettledFacts } from './settled-facts.ts'
import { LOG_EVENT_OVERHEAD } from './template-costs.ts'
import { watchRequests } from '#local/cloud/request-log.ts'

/** The most that one request of SQS receives, and what the template gives a batch of settle. */
const SQS_BATCH = 10

/** In MB: what an operation is given, and the most that a process of it took. */
export interface Memory {
  readonly given: number
  readonly used: number
}

export function memoryOf(stack: LocalStack): Readonly<Record<string, Memory>> {
  return Object.fromEntries(
    stack.lambda.functions.map(({ name, operation, memoryMb: given }) => {
      const used = stack.logs.reports(name).map(({ usedMb }) => usedMb)
      return [operation, { given, used: Math.max(0, ...used) }]
    }),
  )
}

export interface Measure {
  readonly dynamo: DynamoMeter
  /** The counts so far. */
  snapshot(): Counts
  /** Resolves when a fact needs nothing more: its event is published, and it is pending no longer. */
  settled(factKey: string): Promise<void>
  stop(): void
}

export function createMeasure(stack: LocalStack): Measure {
  const dynamo = createDynamoMeter()
  const facts = createSettledFacts()
  const { endpoints } = stack.description
  const ports = {
    api: portOf(stack.apiUrl),
    dynamo: portOf(endpoints.dynamodb),
    messaging: portOf(endpoints.sqs),
    secrets: portOf(endpoints.secretsmanager),
  }
  const counted = { httpApi: 0, sqsSends: 0, snsPublishes: 0, secretReads: 0 }
  let refills = 0
  const stop = watchRequests(({ port, target, body, status, answerBytes }) => {
    const operation = target.split('.').at(-1) ?? ''
    if (port === ports.api) counted.httpApi += 1
    if (port === ports.dynamo) {
      dynamo.observe(operation, body, { status, bytes: answerBytes })
      facts.observe(operation, body, status)
    }
    if (port === ports.secrets && operation === 'GetSecretValue') counted.secretReads += 1
    if (port !== ports.messaging) return
    if (operation === 'SendMessage') counted.sqsSends += 1
    if (operation === 'ReceiveMessage' && !asksForFullBatch(body)) refills += 1
    if (body.includes('Action=Publish&') || body.endsWith('Action=Publish') || operation === 'Publish')
      counted.snsPublishes += 1
  })
  return {
    dynamo,
    stop,
    settled: (factKey) => facts.settled(factKey),
    snapshot: () => {
      const ofFunctions = functionCounts(stack)
      return {
        ...counted,
        sqsPolls: 2 * (ofFunctions.invocations['settle'] ?? 0) + refills,
        dynamoReads: dynamo.units.reads,
        dynamoWrites: dynamo.units.writes,
        dynamoSteps: structuredClone(dynamo.units.steps),
        ...ofFunctions,
      }
    },
  }
}

function asksForFullBatch(body: string): boolean {
  const { MaxNumberOfMessages } = JSON.parse(body) as { readonly MaxNumberOfMessages?: number }
  return MaxNumberOfMessages === SQS_BATCH
}

/** Invocations and durations as Lambda reports them; a cold start's own time is not billed as duration here. */
function functionCounts(
  stack: LocalStack,
): Pick<Counts, 'invocations' | 'gbSeconds' | 'logBytes' | 'processorMs' | 'delayedMs'> {
  const invocations: Record<string, number> = {}
  const gbSeconds: Record<string, number> = {}
  const processor: Record<string, number> = {}
  const delayed: Record<string, number> = {}
  let logBytes = 0
  for (const { name, operation, memoryMb } of stack.lambda.functions) {
    const durations = stack.logs.reports(name).map(({ durationMs }) => durationMs)
    invocations[operation] = durations.length
    // The clock of the runtime has whole milliseconds: half of one is added to what it cut off.
    gbSeconds[operation] = durations.reduce((sum, ms) => sum + (ms + 0.5) / 1000, 0) * (memoryMb / 1024)
    const pids = stack.lambda.pids(name)
    processor[operation] = processorMs(pids)
    delayed[operation] = delayedMs(pids)
    logBytes += bytesOf(stack.logs.lines(name))
  }
  return { invocations, gbSeconds, logBytes, processorMs: processor, delayedMs: delayed }
}

function bytesOf(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + Buffer.byteLength(line) + LOG_EVENT_OVERHEAD, 0)
}

function portOf(url: string): number {
  return Number(new URL(url).port)
}
