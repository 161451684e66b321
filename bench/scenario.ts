/** What is played: payments from prepay to the event, then refunds, then an idle system. */
import { paymentFactKey, refundFactKey } from '#shared/facts/fact-key.ts'
import { UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { orderKey } from '#shared/orders/order-key.ts'
import type { LocalStack } from '#local/stack-options.ts'
import { createControlClient } from '#simulator/control-client.ts'
import { type Counts, createMeasure, difference, eachStep } from './measure.ts'
import { type Measure, type Memory, memoryOf } from './measure.ts'
import { AT_ONCE, call, eachOf, lastReports, settled } from './scenario-steps.ts'

export interface Scenario {
  readonly payments: number
  readonly refunds: number
  /** How long WeChat takes to answer a call. */
  readonly wechatMs: number
}

export interface Played {
  readonly scenario: Scenario
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

export async function play(
  stack: LocalStack,
  scenario: Scenario,
  say: (line: string) => void,
): Promise<Played> {
  const measure = createMeasure(stack)
  const { mchid } = stack.description
  try {
    await warmUp(stack)
    const control = createControlClient(stack.simulator?.controlUrl ?? '')
    await control.addFault({ kind: 'slow', delay_ms: scenario.wechatMs, count: null })
    const before = measure.snapshot()

    say(`playing ${scenario.payments} payments`)
    await eachOf(scenario.payments, (index) => prepay(stack, numberOf(index)))
    await lastReports()
    const waiting = measure.snapshot()
    const late = await makeDue(stack, scenario.payments)
    const looking = measure.snapshot()
    await stack.fire('sweep')
    await lastReports()
    const looks = difference(measure.snapshot(), looking)
    await eachOf(scenario.payments, async (index) => {
      const number = numberOf(index)
      if (index % DUPLICATE_EVERY === 0) {
        await control.addFault({
          kind: 'duplicate',
          times: 2,
          match: { out_trade_no: number, event: 'payment' },
        })
      }
      await control.pay({ out_trade_no: number })
      await settled(stack, paymentFactKey(mchid, number, 'SUCCESS'))
      await call(stack, 'GET', `/v1/payments/${number}`)
    })
    await lastReports()
    const paid = measure.snapshot()
    const paidBytes = storedBytes(stack, measure)

    say(`playing ${scenario.refunds} refunds`)
    await eachOf(scenario.refunds, async (index) => {
      const refund = `COST-R-${index}`
      const body = { out_refund_no: refund, amount: { refund: 1 } }
      await call(stack, 'POST', `/v1/payments/${numberOf(index)}/refunds`, body)
      await control.finishRefund(refund)
      await settled(stack, refundFactKey(mchid, refund, 'SUCCESS'))
    })
    await lastReports()
    const refunded = measure.snapshot()
    const refundedBytes = storedBytes(stack, measure)

    say('running the scheduled functions')
    for (let run = 0; run < IDLE_RUNS; run += 1) await stack.fire('sweep')
    const swept = measure.snapshot()
    await stack.fire('rotate-certs')
    const rotated = measure.snapshot()
    // The first run finds the day before empty; the others find it done.
    await stack.fire('reconcile')
    const done = measure.snapshot()
    for (let run = 0; run < IDLE_RUNS; run += 1) await stack.fire('reconcile')
    const idle = scaled(difference(swept, refunded), 1 / IDLE_RUNS)
    return {
      scenario,
      // Without the requests that let time pass, and without what a run of the sweep costs anyway, every minute.
      payments: difference(difference(difference(paid, before), difference(looking, waiting)), idle),
      looks: difference(looks, idle),
      looked: late,
      refunds: difference(refunded, paid),
      idleSweep: idle,
      rotation: difference(rotated, swept),
      reconciliation: scaled(difference(measure.snapshot(), done), 1 / IDLE_RUNS),
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
    snsPublishes: counts.snsPublishes * factor,
    secretReads: counts.secretReads * factor,
    logBytes: counts.logBytes * factor,
    invocations: each(counts.invocations),
    gbSeconds: each(counts.gbSeconds),
  }
}

/** Cold starts, and the secrets that they read, belong to the fixed part. */
async function warmUp(stack: LocalStack): Promise<void> {
  const { mchid } = stack.description
  const control = createControlClient(stack.simulator?.controlUrl ?? '')
  await eachOf(2 * AT_ONCE, async (index) => {
    const number = `WARM-${index}-UP`
    await prepay(stack, number)
    await control.pay({ out_trade_no: number })
    await settled(stack, paymentFactKey(mchid, number, 'SUCCESS'))
    await call(stack, 'GET', `/v1/payments/${number}`)
    await call(stack, 'POST', `/v1/payments/${number}/refunds`, {
      out_refund_no: number,
      amount: { refund: 1 },
    })
    await control.finishRefund(number)
    await settled(stack, refundFactKey(mchid, number, 'SUCCESS'))
  })
  await stack.fire('sweep')
}

function prepay(stack: LocalStack, number: string): Promise<string> {
  const body = {
    channel: 'native',
    out_trade_no: number,
    description: 'A cup of tea',
    amount: { total: 100 },
  }
  return call(stack, 'POST', '/v1/payments', body)
}

function storedBytes(stack: LocalStack, { dynamo }: Measure): number {
  const { orders, facts } = stack.description.tables
  return dynamo.stored(orders).bytes + dynamo.stored(facts).bytes
}

function numberOf(index: number): string {
  return `COST-${String(index).padStart(6, '0')}`
}
