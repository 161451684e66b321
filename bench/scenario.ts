/** What is played: payments from prepay to the event, then refunds, then an idle system. */
import { setTimeout as delay } from 'node:timers/promises'
import { paymentFactKey, refundFactKey } from '#shared/facts/fact-key.ts'
import { UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { orderKey } from '#shared/orders/order-key.ts'
import type { LocalStack } from '#local/stack-options.ts'
import { type ControlClient, createControlClient } from '#simulator/control-client.ts'
import { type Counts, difference, scaled } from './counts.ts'
import { createMeasure, type Measure, type Memory, memoryOf } from './measure.ts'
import type { Merchant } from './merchant.ts'
import { AT_ONCE, eachOf, lastReports, type Pace, paced } from './scenario-steps.ts'

export interface Scenario {
  readonly payments: number
  readonly refunds: number
  /** How long WeChat takes to answer a call. */
  readonly wechatMs: number
  /** So many a second are paid, or given back by WeChat. */
  readonly perSecond: number
  /** `settleWindowSeconds` of the stage. */
  readonly windowSeconds: number
}

export interface Played {
  readonly scenario: Scenario
  /** So many a second were paid in fact. */
  readonly paidPerSecond: number
  readonly payments: Counts
  /** Of which looks of the sweep at orders that are not paid by then, and how many. */
  readonly looks: Counts
  readonly looked: number
  readonly refunds: Counts
  /** Of one run of the sweep when nothing is due. */
  readonly idleSweep: Counts
  /** Of one run of rotate-certs. */
  readonly rotation: Counts
  /** Of one run of reconcile when its day is done. */
  readonly reconciliation: Counts
  /** By operation. */
  readonly memory: Readonly<Record<string, Memory>>
  readonly storedBytes: { readonly perPayment: number; readonly perRefund: number }
}

/** WeChat delivers some notifications more than once: one in twenty here. */
const DUPLICATE_EVERY = 20
/** So many payers are not done when the sweep looks at their order first: one in ten here. */
const LATE_EVERY = 10
const IDLE_RUNS = 10

export interface PlayOptions {
  readonly say: (line: string) => void
  readonly merchant: Merchant
}

/** Who takes part. */
interface Cast {
  readonly stack: LocalStack
  readonly measure: Measure
  readonly control: ControlClient
  readonly merchant: Merchant
}

export async function play(
  stack: LocalStack,
  scenario: Scenario,
  { say, merchant }: PlayOptions,
): Promise<Played> {
  const measure = createMeasure(stack)
  const control = createControlClient(stack.simulator?.controlUrl ?? '')
  const cast = { stack, measure, control, merchant }
  try {
    await warmUp(cast)
    await control.addFault({ kind: 'slow', delay_ms: scenario.wechatMs, count: null })
    say(`playing ${scenario.payments} payments`)
    const payments = await playPayments(cast, scenario)
    const paidBytes = storedBytes(stack, measure)
    say(`playing ${scenario.refunds} refunds`)
    const refunds = await playRefunds(cast, scenario)
    const refundedBytes = storedBytes(stack, measure)
    say('running the scheduled functions')
    const { idleSweep, ...jobs } = await playIdle(cast)
    return {
      scenario,
      paidPerSecond: payments.perSecond,
      // Without what a run of the sweep costs anyway, every minute.
      payments: difference(payments.counts, idleSweep),
      looks: difference(payments.looks, idleSweep),
      looked: payments.looked,
      refunds,
      idleSweep,
      ...jobs,
      memory: memoryOf(stack),
      storedBytes: {
        perPayment: paidBytes / scenario.payments,
        perRefund: (refundedBytes - paidBytes) / scenario.refunds,
      },
    }
  } finally {
    measure.stop()
  }
}

async function playPayments(cast: Cast, scenario: Scenario) {
  const { payments } = scenario
  const { stack, measure, merchant } = cast
  const before = measure.snapshot()
  await eachOf(payments, (index) => prepay(merchant, numberOf(index)))
  await lastReports()
  const waiting = measure.snapshot()
  const looked = await makeDue(stack, payments)
  const looking = measure.snapshot()
  await stack.fire('sweep')
  await lastReports()
  const looks = difference(measure.snapshot(), looking)
  const reached = await paced(payments, paceOf(scenario), (index) => payment(cast, index))
  await lastReports()
  const all = difference(measure.snapshot(), before)
  // Without the requests that let time pass.
  return { perSecond: reached, looks, looked, counts: difference(all, difference(looking, waiting)) }
}

async function payment({ stack, measure, control, merchant }: Cast, index: number): Promise<void> {
  const out_trade_no = numberOf(index)
  if (index % DUPLICATE_EVERY === 0)
    await control.addFault({ kind: 'duplicate', times: 2, match: { out_trade_no, event: 'payment' } })
  await control.pay({ out_trade_no })
  await measure.settled(paymentFactKey(stack.description.mchid, out_trade_no, 'SUCCESS'))
  await merchant.queryPayment(out_trade_no)
}

/** All are asked for before WeChat gives the first one back: that takes it minutes. */
async function playRefunds({ stack, measure, control, merchant }: Cast, scenario: Scenario): Promise<Counts> {
  const { refunds, windowSeconds } = scenario
  const before = measure.snapshot()
  await eachOf(refunds, (index) => refund(merchant, numberOf(index), refundNumberOf(index)))
  await delay((windowSeconds + 1) * 1000)
  await paced(refunds, paceOf(scenario), async (index) => {
    await control.finishRefund(refundNumberOf(index))
    await measure.settled(refundFactKey(stack.description.mchid, refundNumberOf(index), 'SUCCESS'))
  })
  await lastReports()
  return difference(measure.snapshot(), before)
}

/** In a window as many wait as come in it. */
function paceOf({ perSecond, windowSeconds }: Scenario): Pace {
  return { perSecond, atOnce: AT_ONCE + perSecond * windowSeconds }
}

async function playIdle({ stack, measure }: Cast) {
  const before = measure.snapshot()
  for (let run = 0; run < IDLE_RUNS; run += 1) await stack.fire('sweep')
  const swept = measure.snapshot()
  await stack.fire('rotate-certs')
  const rotated = measure.snapshot()
  // The first run finds the day before empty; the others find it done.
  await stack.fire('reconcile')
  const done = measure.snapshot()
  for (let run = 0; run < IDLE_RUNS; run += 1) await stack.fire('reconcile')
  return {
    idleSweep: scaled(difference(swept, before), 1 / IDLE_RUNS),
    rotation: difference(rotated, swept),
    reconciliation: scaled(difference(measure.snapshot(), done), 1 / IDLE_RUNS),
  }
}

/** Lets the first look at some orders be due. @returns at how many */
async function makeDue({ clients, description }: LocalStack, payments: number): Promise<number> {
  const late = Array.from({ length: payments }, (_, index) => index).filter(
    (index) => index % LATE_EVERY === 0,
  )
  await Promise.all(
    late.map((index) =>
      clients.dynamodb.send(
        new UpdateItemCommand({
          TableName: description.tables.orders,
          Key: { order_key: { S: orderKey(description.mchid, numberOf(index)) } },
          UpdateExpression: 'SET next_check_at = :due',
          ExpressionAttributeValues: { ':due': { N: '1' } },
        }),
      ),
    ),
  )
  return late.length
}

/** Cold starts, and the secrets that they read, belong to the fixed part. */
async function warmUp({ stack, measure, control, merchant }: Cast): Promise<void> {
  const { mchid } = stack.description
  await eachOf(2 * AT_ONCE, async (index) => {
    const number = `WARM-${index}-UP`
    await prepay(merchant, number)
    await control.pay({ out_trade_no: number })
    await measure.settled(paymentFactKey(mchid, number, 'SUCCESS'))
    await merchant.queryPayment(number)
    await refund(merchant, number, number)
    await control.finishRefund(number)
    await measure.settled(refundFactKey(mchid, number, 'SUCCESS'))
  })
  await stack.fire('sweep')
}

function prepay(merchant: Merchant, out_trade_no: string): Promise<unknown> {
  const amount = { total: 100 }
  return merchant.createPayment({ channel: 'native', out_trade_no, description: 'A cup of tea', amount })
}

function refund(merchant: Merchant, number: string, out_refund_no: string): Promise<unknown> {
  return merchant.createRefund(number, { out_refund_no, amount: { refund: 1 } })
}

function storedBytes(stack: LocalStack, { dynamo }: Measure): number {
  const { orders, facts } = stack.description.tables
  return dynamo.stored(orders).bytes + dynamo.stored(facts).bytes
}

function numberOf(index: number): string {
  return `COST-${String(index).padStart(6, '0')}`
}

function refundNumberOf(index: number): string {
  return `COST-R-${index}`
}
