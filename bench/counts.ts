/** What a part of a run comes to: requests by service, units, invocations with their duration, and bytes of logs. */
import type { Step } from './dynamo-units.ts'

/** Everything counted since the start. */
export interface Counts {
  readonly httpApi: number
  readonly dynamoReads: number
  readonly dynamoWrites: number
  /** What the units of DynamoDB went into. */
  readonly dynamoSteps: Readonly<Record<string, Step>>
  /** SQS requests of functions. */
  readonly sqsSends: number
  /** Of Lambda's poller: a receive and a deletion for each batch, and what it receives after the first to fill one in a window. */
  readonly sqsPolls: number
  readonly snsPublishes: number
  readonly secretReads: number
  readonly logBytes: number
  /** By operation. */
  readonly invocations: Readonly<Record<string, number>>
  readonly gbSeconds: Readonly<Record<string, number>>
  /** Of a processor, by the processes of an operation. */
  readonly processorMs: Readonly<Record<string, number>>
  /** For which these were ready and had no processor. */
  readonly delayedMs: Readonly<Record<string, number>>
}

export const NOTHING: Counts = {
  httpApi: 0,
  dynamoReads: 0,
  dynamoWrites: 0,
  dynamoSteps: {},
  sqsSends: 0,
  sqsPolls: 0,
  snsPublishes: 0,
  secretReads: 0,
  logBytes: 0,
  invocations: {},
  gbSeconds: {},
  processorMs: {},
  delayedMs: {},
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
    sqsPolls: after.sqsPolls - before.sqsPolls,
    snsPublishes: after.snsPublishes - before.snsPublishes,
    secretReads: after.secretReads - before.secretReads,
    logBytes: after.logBytes - before.logBytes,
    invocations: each(after.invocations, before.invocations),
    gbSeconds: each(after.gbSeconds, before.gbSeconds),
    processorMs: each(after.processorMs, before.processorMs),
    delayedMs: each(after.delayedMs, before.delayedMs),
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

function eachStep(steps: Steps, change: (step: Step, name: string) => Step): Steps {
  return Object.fromEntries(Object.entries(steps).map(([name, step]) => [name, change(step, name)]))
}

/** Multiplies every count. */
export function scaled(counts: Counts, factor: number): Counts {
  const each = (record: Readonly<Record<string, number>>) =>
    Object.fromEntries(Object.entries(record).map(([name, value]) => [name, value * factor]))
  return {
    httpApi: counts.httpApi * factor,
    dynamoReads: counts.dynamoReads * factor,
    dynamoWrites: counts.dynamoWrites * factor,
    dynamoSteps: eachStep(counts.dynamoSteps, ({ requests, units, indexUnits, bytes }) => ({
      requests: requests * factor,
      units: units * factor,
      indexUnits: indexUnits * factor,
      bytes: bytes * factor,
    })),
    sqsSends: counts.sqsSends * factor,
    sqsPolls: counts.sqsPolls * factor,
    snsPublishes: counts.snsPublishes * factor,
    secretReads: counts.secretReads * factor,
    logBytes: counts.logBytes * factor,
    invocations: each(counts.invocations),
    gbSeconds: each(counts.gbSeconds),
    processorMs: each(counts.processorMs),
    delayedMs: each(counts.delayedMs),
  }
}
