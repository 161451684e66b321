/** Drives whatever stopped half-way: pending facts, and side by side with them the orders and refunds that are due for a look. */
import type { LookClass } from '#shared/ledger/look-plan.ts'
import { LOOK_CLASSES } from '#shared/ledger/look-plan.ts'
import type { MetricName } from '#shared/metrics.ts'
import type { Channels } from '#shared/orders/channels.ts'
import type { CallOptions } from '#shared/orders/payment-channel.ts'
import { SWITCHES } from '#shared/switches.ts'
import { oldestDue } from './backlog.ts'
import type { DriveDeps, DrivenChannel } from './drive-deps.ts'
import { driveFacts } from './drive-facts.ts'
import type { DriveFactsDeps, FactsReport } from './drive-facts.ts'
import { driveOrders } from './drive-orders.ts'
import type { OrdersReport } from './drive-orders.ts'
import type { Turn } from './turn.ts'

/** What is left of each class is told by the age of its oldest: it says how far behind the sweep is, however many there are. */
const OLDEST_DUE: Readonly<Record<LookClass, MetricName>> = {
  refund_unknown: 'OldestDueRefundUnknownSeconds',
  unpaid_young: 'OldestDueUnpaidYoungSeconds',
  refund_open: 'OldestDueRefundOpenSeconds',
  late: 'OldestDueLateSeconds',
}

export interface SweepDeps extends Omit<DriveDeps, 'facts' | 'channel'> {
  readonly facts: DriveDeps['facts'] & DriveFactsDeps['facts']
  readonly channels: Channels<DrivenChannel>
  readonly turn: Turn
}

/** Creates the operation. One order that fails does not stop the others. */
export function createSweep(deps: SweepDeps) {
  return async ({ signal }: CallOptions): Promise<void> => {
    // Each goes on without the other: refunds do not wait for a queue that is down.
    const [facts, orders] = await Promise.allSettled([
      sweepFacts(deps, signal),
      sweepOrders(deps, signal),
      tellSwitches(deps),
    ])
    if (facts.status === 'rejected') throw facts.reason
    if (orders.status === 'rejected') throw orders.reason
    const unread = orders.value?.errors ?? []
    if (facts.value.seen && unread.length === 0) deps.metrics.put('SweepHeartbeat')
    const errors = [...facts.value.errors, ...unread]
    if (errors.length > 0) throw errors[0]
    deps.logger.info('SWEPT', {
      count: facts.value.dispatched + (orders.value?.done ?? 0),
      ...(orders.value?.circuitOpen === true ? { outcome: 'circuit_open' } : {}),
    })
  }
}

/** For the alarm that lasts as long as one is on: nobody may forget it. One that cannot be read counts as it is taken. */
async function tellSwitches({ switches, metrics }: SweepDeps): Promise<void> {
  const states = await Promise.all(SWITCHES.map((name) => switches.isOn(name)))
  metrics.put('SwitchesOn', states.filter(Boolean).length)
}

async function sweepFacts(deps: SweepDeps, signal: AbortSignal | undefined): Promise<FactsReport> {
  const report = await driveFacts(deps, signal)
  deps.metrics.put('FactsDispatchedAgain', report.dispatched)
  if (report.oldestSeconds !== undefined) deps.metrics.put('OldestPendingFactSeconds', report.oldestSeconds)
  return report
}

/** @returns undefined when another run was at it for all the time of this one. */
async function sweepOrders(
  deps: SweepDeps,
  signal: AbortSignal | undefined,
): Promise<OrdersReport | undefined> {
  const end = await deps.turn.take({ signal })
  if (end === undefined) return undefined
  try {
    const report = await driveOrders(deps, signal)
    await tell(deps, report)
    return report
  } finally {
    await end()
  }
}

async function tell({ metrics, ...deps }: SweepDeps, report: OrdersReport): Promise<void> {
  metrics.put('OrdersDriven', report.done)
  metrics.put('OrdersNotDriven', report.failed)
  metrics.put('OrdersUnreadable', report.unreadable)
  if (report.circuitOpen) metrics.put('WechatCircuitOpen')
  // Where nothing was due a moment ago, nothing is left.
  const nothing = new Map(LOOK_CLASSES.map((lookClass) => [lookClass, 0]))
  const oldest = report.idle && report.errors.length === 0 ? nothing : await oldestDue(deps)
  for (const [lookClass, seconds] of oldest) metrics.put(OLDEST_DUE[lookClass], seconds)
}
