/** Drives whatever stopped half-way: pending facts, and side by side with them the orders and refunds that are due for a look. */
import { parseOrderKey } from '#shared/orders/order-key.ts'
import { failureFields } from '#shared/failure-fields.ts'
import { appErrorOf } from '#shared/orders/channel-app-error.ts'
import { ChannelError } from '#shared/orders/channel-error.ts'
import { REFUND_SHARDS, UNPAID_SHARDS } from '#shared/orders/order-store.ts'
import type { DuePage } from '#shared/orders/order-store.ts'
import type { CallOptions } from '#shared/orders/payment-channel.ts'
import { CircuitOpen, createCircuit, withCircuit } from './circuit.ts'
import type { DriveDeps } from './drive-deps.ts'
import { driveFacts } from './drive-facts.ts'
import type { DriveFactsDeps, FactsReport } from './drive-facts.ts'
import { driveOrder } from './drive-order.ts'
import type { Turn } from './turn.ts'

/** Enough to keep WeChat busy while others of them write to the tables. */
const WORKERS = 16
/** A shard's share of one page; what a run does not reach stays due and is the first of the next run. */
const ORDERS_PER_SHARD = 60

export interface SweepDeps extends Omit<DriveDeps, 'facts'> {
  readonly facts: DriveDeps['facts'] & DriveFactsDeps['facts']
  readonly turn: Turn
}

/** Creates the operation. One order that fails does not stop the others. */
export function createSweep(deps: SweepDeps) {
  return async ({ signal }: CallOptions): Promise<void> => {
    // Each goes on without the other: refunds do not wait for a queue that is down.
    const [facts, orders] = await Promise.allSettled([sweepFacts(deps, signal), sweepOrders(deps, signal)])
    if (facts.status === 'rejected') throw facts.reason
    if (orders.status === 'rejected') throw orders.reason
    if (facts.value.seen) deps.metrics.put('SweepHeartbeat')
    if (facts.value.errors.length > 0) throw facts.value.errors[0]
    deps.logger.info('SWEPT', { count: facts.value.dispatched + orders.value })
  }
}

async function sweepFacts(deps: SweepDeps, signal: AbortSignal | undefined): Promise<FactsReport> {
  const report = await driveFacts(deps, signal)
  deps.metrics.put('FactsDispatchedAgain', report.dispatched)
  if (report.oldestSeconds !== undefined) deps.metrics.put('OldestPendingFactSeconds', report.oldestSeconds)
  return report
}

async function sweepOrders(deps: SweepDeps, signal: AbortSignal | undefined): Promise<number> {
  const end = await deps.turn.take({ signal })
  if (end === undefined) return 0
  const { done, failed, left, circuitOpen } = await driveInTurn(deps, signal, end)
  deps.metrics.put('OrdersDriven', done)
  deps.metrics.put('OrdersNotDriven', failed)
  deps.metrics.put('OrdersLeft', left)
  if (circuitOpen) deps.metrics.put('WechatCircuitOpen')
  return done
}

async function driveInTurn(
  deps: SweepDeps,
  signal: AbortSignal | undefined,
  end: () => Promise<void>,
): Promise<OrdersReport> {
  try {
    return await driveOrders(deps, signal)
  } finally {
    await end()
  }
}

interface OrdersReport {
  done: number
  failed: number
  left: number
  circuitOpen: boolean
}

/** Refunds first: however many unpaid orders there are, money that has to go back does not wait for them. */
async function driveOrders(deps: SweepDeps, signal: AbortSignal | undefined): Promise<OrdersReport> {
  const circuit = createCircuit()
  const guarded = { ...deps, wechat: withCircuit(deps.wechat, circuit) }
  const stopped = () => signal?.aborted === true || circuit.open
  const report: OrdersReport = { done: 0, failed: 0, left: 0, circuitOpen: false }
  for (const shards of [REFUND_SHARDS, UNPAID_SHARDS]) {
    const seen = new Set<string>()
    for (let more = true; more && !stopped();) {
      const page = await listDue(deps, shards)
      const due = page.orderKeys.filter((key) => !seen.has(key))
      for (const key of due) seen.add(key)
      await driveAll(due, { report, stopped, drive: (key) => drive(guarded, key, signal) })
      // The index may lag behind the claims: a page of nothing new is the end.
      more = page.more && due.length > 0
    }
  }
  report.circuitOpen = circuit.open
  return report
}

async function listDue(
  { orders, clock }: SweepDeps,
  { first, count }: typeof REFUND_SHARDS | typeof UNPAID_SHARDS,
): Promise<DuePage> {
  const options = { now: clock.now(), limit: ORDERS_PER_SHARD }
  const pages = await Promise.all(
    Array.from({ length: count }, (_, shard) => orders.listDue(first + shard, options)),
  )
  return { orderKeys: pages.flatMap(({ orderKeys }) => orderKeys), more: pages.some(({ more }) => more) }
}

/** What became of a due order in this run. */
type Driven = 'done' | 'failed' | 'claimed_by_another'

interface Work {
  readonly report: OrdersReport
  readonly stopped: () => boolean
  readonly drive: (orderKey: string) => Promise<Driven>
}

async function driveAll(
  orderKeys: readonly string[],
  { report, stopped, drive: driveOne }: Work,
): Promise<void> {
  const due = [...orderKeys]
  const work = async () => {
    for (let key = due.shift(); key !== undefined; key = due.shift()) {
      if (stopped()) {
        report.left += 1
      } else {
        const driven = await driveOne(key)
        if (driven !== 'claimed_by_another') report[driven] += 1
      }
    }
  }
  await Promise.all(Array.from({ length: WORKERS }, work))
}

async function drive(deps: DriveDeps, orderKey: string, signal: AbortSignal | undefined): Promise<Driven> {
  try {
    return (await driveOrder(deps, orderKey, { signal })) ? 'done' : 'claimed_by_another'
  } catch (error) {
    const told = error instanceof ChannelError ? appErrorOf(error) : error
    const fields = { out_trade_no: parseOrderKey(orderKey)?.outTradeNo ?? orderKey, ...failureFields(told) }
    if (error instanceof CircuitOpen) deps.logger.warn('ORDER_LEFT_FOR_LATER', fields)
    else deps.logger.error('ORDER_NOT_DRIVEN', fields)
    return 'failed'
  }
}
