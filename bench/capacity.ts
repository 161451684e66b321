/** `npm run capacity`: how many payments a second one stack takes, and what is met first; writes bench/capacity.md. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { stageNamed } from '#infra/stage/stages.ts'
import { watchRequests } from '#local/cloud/request-log.ts'
import { startStack } from '#local/stack.ts'
import type { LocalStack } from '#local/stack-options.ts'
import { billOf, fixedBill, total } from './bill.ts'
import { limitsOf } from './capacity/limits.ts'
import type { Needs } from './capacity/limits.ts'
import { capacityPage, ROOM } from './capacity/page.ts'
import type { Row } from './capacity/page.ts'
import { simulate } from './capacity/queueing.ts'
import type { Load, Quotas } from './capacity/queueing.ts'
import { mean, meanOfSlowest, measuredTimes, onLambda } from './capacity/service-times.ts'
import { createDynamoMeter } from './dynamo-units.ts'
import { scaled } from './counts.ts'
import { overHttp } from './merchant.ts'
import { play } from './scenario.ts'
import type { Played } from './scenario.ts'
import { readTemplates, templateCosts } from './template-costs.ts'

const SCENARIO = { payments: 300, refunds: 10, wechatMs: 150, perSecond: 10, windowSeconds: 0 }
/** Two for each of the callers that warm the functions up. */
const COLD = 8
const SECONDS_A_MONTH = 730 * 3600
/** As many seconds as give some hundred thousand invocations at most. */
const RATES = [
  [10, 600],
  [100, 120],
  [1000, 30],
  [10_000, 5],
] as const
const BATCH = 10
/** Places of shared/http/call-budget.ts. */
const SWEEP_CALLS = 5
/** Before the stack itself takes part in it. */
const machine = { load: loadavg()[0] ?? 0, cores: availableParallelism() }
/** The first invocations have none before them that are still at work. */
const STARTING_SECONDS = 0.5
/** Share of all messages that are left at the end: more than are always under way. */
const BEHIND = 0.01
/** How far the played mean may be from Little's law where nothing is refused. */
const TOLERANCE = 0.05

interface Measured {
  readonly played: Played
  readonly times: Readonly<Record<string, readonly number[]>>
  readonly writes: { readonly orders: number; readonly facts: number }
  readonly usd: { readonly aPayment: number; readonly aMonth: number }
}

async function measure(directory: string): Promise<Measured> {
  const stack = await startStack({
    stateDir: join(directory, 'state'),
    stageName: 'dev',
    schedules: false,
    throttle: false,
    environment: process.env,
    onProgress: say,
  })
  const meters = meterTables(stack)
  try {
    const played = await play(stack, SCENARIO, { say, merchant: overHttp(stack) })
    const costs = templateCosts(readTemplates(stack.assembly))
    const fixed = {
      ...costs,
      metrics: 0,
      sweep: played.idleSweep,
      rotation: played.rotation,
      reconciliation: played.reconciliation,
    }
    return {
      played,
      times: measuredTimes(stack, COLD),
      writes: meters.perPayment(),
      usd: {
        aPayment: total(billOf(scaled(played.payments, 1 / SCENARIO.payments), fixed)),
        aMonth: total(fixedBill(fixed)),
      },
    }
  } finally {
    meters.stop()
    await stack.stop()
  }
}

/** Write units of each table; those of the few refunds and of the warming up are counted as if they were of payments. */
function meterTables({ description }: LocalStack) {
  const port = Number(new URL(description.endpoints.dynamodb).port)
  const [orders, facts] = [createDynamoMeter(), createDynamoMeter()]
  const stop = watchRequests(({ port: to, target, body, status, answerBytes }) => {
    if (to !== port) return
    const meter = body.includes(`"${description.tables.orders}"`) ? orders : facts
    meter.observe(target.split('.').at(-1) ?? '', body, { status, bytes: answerBytes })
  })
  return {
    stop,
    perPayment: () => ({
      orders: orders.units.writes / SCENARIO.payments,
      facts: facts.units.writes / SCENARIO.payments,
    }),
  }
}

type Times = Readonly<Record<'prepay' | 'query' | 'notify' | 'settle', readonly number[]>>

/** Seconds on Lambda of the functions of a payment. */
function lambdaTimes({ times }: Measured): Times {
  return {
    prepay: onLambda(times['prepay'] ?? [], SCENARIO.wechatMs),
    query: onLambda(times['query'] ?? [], 0),
    notify: onLambda(times['notify'] ?? [], 0),
    settle: onLambda(times['settle'] ?? [], 0),
  }
}

function needsOf({ played: { payments }, writes }: Measured, lambda: Times): Needs {
  const each = (name: string): number => (payments.invocations[name] ?? 0) / SCENARIO.payments
  const [prepay, query, notify] = [each('prepay'), each('query'), each('notify')]
  const sent = payments.sqsSends / SCENARIO.payments
  const settleSeconds = sent * mean(lambda.settle)
  const byHttp = prepay * mean(lambda.prepay) + query * mean(lambda.query) + notify * mean(lambda.notify)
  return {
    functionSeconds: byHttp + settleSeconds,
    settleSeconds,
    settleBatchSeconds: (sent * meanOfSlowest(lambda.settle, BATCH)) / BATCH,
    httpRequests: payments.httpApi / SCENARIO.payments,
    merchantRequests: prepay + query,
    notifications: notify,
    ordersWrites: writes.orders,
    factsWrites: writes.facts,
    published: payments.snsPublishes / SCENARIO.payments,
    sent,
    // prepay, and one look of the sweep.
    wechatCalls: 2,
    wechatSeconds: SCENARIO.wechatMs / 1000,
  }
}

/** One rate, with the quotas of today and with what is asked for. */
function rowOf(load: Load, needs: Needs, { today, usd }: { today: Quotas; usd: Measured['usd'] }): Row {
  const { rate, seconds } = load
  say(`playing ${rate} payments a second for ${seconds} s`)
  const expected = rate * needs.functionSeconds
  const asked: Quotas = {
    concurrency: Math.max(today.concurrency, Math.ceil((ROOM * expected) / 500) * 500),
    settle: Math.max(today.settle, Math.ceil(ROOM * rate * needs.settleBatchSeconds)),
    batch: BATCH,
  }
  const row = {
    rate,
    seconds,
    expected,
    today: simulate(load, today, Math.random),
    asked,
    afterwards: simulate(load, asked, Math.random),
    usdAMonth: rate * SECONDS_A_MONTH * usd.aPayment + usd.aMonth,
  }
  hold(row, { settleMet: today.settle / needs.settleBatchSeconds, messages: needs.sent })
  return row
}

function report(measured: Measured): string {
  const lambda = lambdaTimes(measured)
  const needs = needsOf(measured, lambda)
  const stage = stageNamed('dev')
  const today: Quotas = { concurrency: 1000, settle: stage.settleConcurrency, batch: BATCH }
  const invocations = Object.fromEntries(
    ['prepay', 'query', 'notify'].map((name) => [
      name,
      (measured.played.payments.invocations[name] ?? 0) / SCENARIO.payments,
    ]),
  )
  const load = { invocations, durations: lambda, messages: needs.sent }
  return capacityPage({
    rows: RATES.map(([rate, seconds]) =>
      rowOf({ ...load, rate, seconds }, needs, { today, usd: measured.usd }),
    ),
    limits: limitsOf(needs, {
      merchantRate: stage.merchantThrottle.rate,
      notifyRate: stage.notifyThrottle.rate,
      settleConcurrency: stage.settleConcurrency,
      sweepCalls: SWEEP_CALLS,
    }),
    today,
    played: SCENARIO.payments,
    machine,
    wechatMs: SCENARIO.wechatMs,
    functions: Object.entries(lambda).map(([name, seconds]) => [
      name,
      name === 'settle' ? needs.sent : (invocations[name] ?? 0),
      mean(measured.times[name] ?? []),
      mean(seconds) * 1000,
    ]),
  })
}

interface Computed {
  /** Payments a second at which settle falls behind with the setting of today. */
  readonly settleMet: number
  readonly messages: number
}

/** @throws Error when what was played contradicts what was computed. */
function hold({ rate, seconds, expected, today, afterwards }: Row, { settleMet, messages }: Computed): void {
  const { meanConcurrency, refused, waitP99 } = afterwards
  const least = expected * (1 - TOLERANCE - STARTING_SECONDS / seconds)
  // A batch holds one place for several messages, so that the mean may be lower where settle has many at once, never higher.
  if (meanConcurrency > expected * (1 + TOLERANCE))
    throw new Error(`${rate}/s: more at once than Little's law allows`)
  if (today.refused === 0 && today.waiting === 0 && meanConcurrency < least)
    throw new Error(`${rate}/s: fewer at once than Little's law says`)
  if (refused > 0 || waitP99 > 1) throw new Error(`${rate}/s: what is asked for does not do`)
  const behind = today.waiting > BEHIND * rate * seconds * messages
  if (behind !== rate > settleMet && Math.abs(rate / settleMet - 1) > TOLERANCE)
    throw new Error(
      `${rate}/s: settle ${behind ? 'falls behind' : 'keeps up'}, and was to be met at ${settleMet}`,
    )
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

const directory = mkdtempSync(join(tmpdir(), 'wxpay-capacity-'))
try {
  writeFileSync(resolve('bench/capacity.md'), report(await measure(directory)))
  say('wrote bench/capacity.md')
} finally {
  rmSync(directory, { recursive: true, force: true })
}
