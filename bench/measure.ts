/** Counts what a part of a run costs: requests by service, units, invocations with their duration, and bytes of logs. */
import type { LocalStack } from '#local/stack-options.ts'
import { createDynamoMeter, type DynamoMeter, type Step } from './dynamo-units.ts'
import { LOG_EVENT_OVERHEAD } from './template-costs.ts'
import { watchRequests } from '#local/cloud/request-log.ts'

/** Everything counted since the start. */
export interface Counts {
  readonly httpApi: number
  readonly dynamoReads: number
  readonly dynamoWrites: number
  /** What the units of DynamoDB went into. */
  readonly dynamoSteps: Readonly<Record<string, Step>>
  /** SQS requests of functions; what Lambda's own poller does is derived from the invocations. */
  readonly sqsSends: number
  readonly snsPublishes: number
  readonly secretReads: number
  readonly logBytes: number
  /** By operation. */
  readonly invocations: Readonly<Record<string, number>>
  readonly gbSeconds: Readonly<Record<string, number>>
}

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
  stop(): void
}

export function createMeasure(stack: LocalStack): Measure {
  const dynamo = createDynamoMeter()
  const { endpoints } = stack.description
  const ports = {
    api: portOf(stack.apiUrl),
    dynamo: portOf(endpoints.dynamodb),
    messaging: portOf(endpoints.sqs),
    secrets: portOf(endpoints.secretsmanager),
  }
  const counted = { httpApi: 0, sqsSends: 0, snsPublishes: 0, secretReads: 0 }
  const stop = watchRequests(({ port, target, body, status, answerBytes }) => {
    const operation = target.split('.').at(-1) ?? ''
    if (port === ports.api) counted.httpApi += 1
    if (port === ports.dynamo) dynamo.observe(operation, body, { status, bytes: answerBytes })
    if (port === ports.secrets && operation === 'GetSecretValue') counted.secretReads += 1
    if (port !== ports.messaging) return
    if (operation === 'SendMessage') counted.sqsSends += 1
    if (body.includes('Action=Publish&') || body.endsWith('Action=Publish') || operation === 'Publish')
      counted.snsPublishes += 1
  })
  return {
    dynamo,
    stop,
    snapshot: () => ({
      ...counted,
      dynamoReads: dynamo.units.reads,
      dynamoWrites: dynamo.units.writes,
      dynamoSteps: structuredClone(dynamo.units.steps),
      ...functionCounts(stack),
    }),
  }
}

/** Invocations and durations as Lambda reports them; a cold start's own time is not billed as duration here. */
function functionCounts(stack: LocalStack): Pick<Counts, 'invocations' | 'gbSeconds' | 'logBytes'> {
  const invocations: Record<string, number> = {}
  const gbSeconds: Record<string, number> = {}
  let logBytes = 0
  for (const { name, operation, memoryMb } of stack.lambda.functions) {
    const durations = stack.logs.reports(name).map(({ durationMs }) => durationMs)
    invocations[operation] = durations.length
    // The clock of the runtime has whole milliseconds: half of one is added to what it cut off.
    gbSeconds[operation] = durations.reduce((sum, ms) => sum + (ms + 0.5) / 1000, 0) * (memoryMb / 1024)
    logBytes += bytesOf(stack.logs.lines(name))
  }
  return { invocations, gbSeconds, logBytes }
}

function bytesOf(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + Buffer.byteLength(line) + LOG_EVENT_OVERHEAD, 0)
}

/** What was added between two snapshots. */
export function difference(after: Counts, before: Counts): Counts {
  const each = (a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>) =>
    Object.fromEntries(Object.entries(a).map(([name, value]) => [name, value - (b[name] ?? 0)]))
  return {
    httpApi: after.httpApi - before.httpApi,
    dynamoReads: after.dynamoReads - before.dynamoReads,
    dynamoWrites: after.dynamoWrites - before.dynamoWrites,
    dynamoSteps: stepsBetween(after.dynamoSteps, before.dynamoSteps),
    sqsSends: after.sqsSends - before.sqsSends,
    snsPublishes: after.snsPublishes - before.snsPublishes,
    secretReads: after.secretReads - before.secretReads,
    logBytes: after.logBytes - before.logBytes,
    invocations: each(after.invocations, before.invocations),
    gbSeconds: each(after.gbSeconds, before.gbSeconds),
  }
}

type Steps = Counts['dynamoSteps']

function stepsBetween(after: Steps, before: Steps): Steps {
  return eachStep(after, (step, name) => {
    const { requests = 0, units = 0, indexUnits = 0, bytes = 0 } = before[name] ?? {}
    return {
      requests: step.requests - requests,
      units: step.units - units,
      indexUnits: step.indexUnits - indexUnits,
      bytes: step.bytes - bytes,
    }
  })
}

export function eachStep(steps: Steps, change: (step: Step, name: string) => Step): Steps {
  return Object.fromEntries(Object.entries(steps).map(([name, step]) => [name, change(step, name)]))
}

function portOf(url: string): number {
  return Number(new URL(url).port)
}
