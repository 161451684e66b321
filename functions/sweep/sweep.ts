/** Drives whatever stopped half-way: pending facts first, then the orders and refunds that are due for a look. */
import { AppError } from '#shared/errors.ts'
import { errorFields } from '#shared/log.ts'
import { DUE_SHARDS } from '#shared/orders/order-store.ts'
import type { CallOptions } from '#shared/wechat/wechat-pay.ts'
import { CircuitOpen, createCallBudget } from './call-budget.ts'
import type { CallBudget } from './call-budget.ts'
import type { DriveDeps } from './drive-deps.ts'
import { driveFacts } from './drive-facts.ts'
import type { DriveFactsDeps } from './drive-facts.ts'
import { driveOrder } from './drive-order.ts'

/** A shard's share of one run; what is not reached stays due and is the first of the next run. */
const ORDERS_PER_SHARD = 60
/** Fewer than the 6 failing calls a second that WeChat allows, for all of them may fail at once. */
const WORKERS = 4

export interface SweepDeps extends Omit<DriveDeps, 'facts'> {
  readonly facts: DriveDeps['facts'] & DriveFactsDeps['facts']
}

/** Creates the operation. One order that fails does not stop the others. */
export function createSweep(deps: SweepDeps) {
  return async ({ signal }: CallOptions): Promise<void> => {
    // Each goes on without the other: refunds do not wait for a queue that is down.
    const [facts, orders] = [
      await outcomeOf(sweepFacts(deps, signal)),
      await outcomeOf(sweepOrders(deps, signal)),
    ]
    if (facts.status === 'rejected') throw facts.reason
    if (orders.status === 'rejected') throw orders.reason
    deps.metrics.put('SweepHeartbeat')
    deps.logger.info('SWEPT', { count: facts.value + orders.value })
  }
}

async function sweepFacts(deps: SweepDeps, signal: AbortSignal | undefined): Promise<number> {
  const { dispatched, oldestSeconds } = await driveFacts(deps, signal)
  deps.metrics.put('FactsDispatchedAgain', dispatched)
  deps.metrics.put('OldestPendingFactSeconds', oldestSeconds)
  return dispatched
}

async function sweepOrders(deps: SweepDeps, signal: AbortSignal | undefined): Promise<number> {
  const { done, failed, circuitOpen } = await driveOrders(deps, signal)
  deps.metrics.put('OrdersDriven', done)
  deps.metrics.put('OrdersNotDriven', failed)
  if (circuitOpen) deps.metrics.put('WechatCircuitOpen')
  return done
}

async function outcomeOf<Value>(work: Promise<Value>): Promise<PromiseSettledResult<Value>> {
  const [settled] = await Promise.allSettled([work])
  return settled
}

interface OrdersReport {
  done: number
  failed: number
  circuitOpen: boolean
}

async function driveOrders(deps: SweepDeps, signal: AbortSignal | undefined): Promise<OrdersReport> {
  const shards = Array.from({ length: DUE_SHARDS }, (_, shard) =>
    deps.orders.listDue(shard, { now: deps.clock.now(), limit: ORDERS_PER_SHARD }),
  )
  const due = (await Promise.all(shards)).flatMap(({ orderKeys }) => orderKeys)
  const budget = createCallBudget(deps)
  const report: OrdersReport = { done: 0, failed: 0, circuitOpen: false }
  const limited = { ...deps, wechat: withBudget(deps.wechat, budget) }
  const work = async () => {
    for (let key = due.shift(); key !== undefined; key = due.shift()) {
      if (signal?.aborted === true || budget.open) return
      if (await drive(limited, key, signal)) report.done += 1
      else report.failed += 1
    }
  }
  await Promise.all(Array.from({ length: WORKERS }, work))
  report.circuitOpen = budget.open
  return report
}

async function drive(deps: DriveDeps, orderKey: string, signal: AbortSignal | undefined): Promise<boolean> {
  try {
    await driveOrder(deps, orderKey, { signal })
    return true
  } catch (error) {
    const fields = { out_trade_no: orderKey.slice(orderKey.indexOf('#') + 1), ...errorFields(error) }
    if (error instanceof CircuitOpen) deps.logger.warn('ORDER_LEFT_FOR_LATER', fields)
    else
      deps.logger.error('ORDER_NOT_DRIVEN', {
        ...fields,
        ...(error instanceof AppError ? { error_code: error.code } : {}),
      })
    return false
  }
}

function withBudget(wechat: DriveDeps['wechat'], budget: CallBudget): DriveDeps['wechat'] {
  return {
    queryOrder: (...args) => budget.run(() => wechat.queryOrder(...args)),
    closeOrder: (...args) => budget.run(() => wechat.closeOrder(...args)),
    queryRefund: (...args) => budget.run(() => wechat.queryRefund(...args)),
    createRefund: (...args) => budget.run(() => wechat.createRefund(...args)),
  }
}
