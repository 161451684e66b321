/**
 * Brings a day of our books to WeChat's bills: hourly by the clock until it is complete, or by hand. A run ends within the time of
 * a function; what is left is done by the next one.
 */
import type { Clock } from '#shared/clock.ts'
import type { Logger } from '#shared/log.ts'
import type { Metrics } from '#shared/metrics.ts'
import type { CallOptions } from '#shared/orders/payment-channel.ts'
import type { DayRun, DayRuns } from '#shared/reconciliation/day-run.ts'
import type { DayWork } from '#shared/reconciliation/reconcile-day.ts'
import { RECONCILE_COMPARE_MS, RECONCILE_JUDGE_MS, RECONCILE_TIMEOUT_MS } from '#shared/time-limits.ts'
import { dueDays } from './due-days.ts'
import { dayAsked } from './schema.ts'
import type { Turn } from './turn.ts'

/** One run of one day. */
export type RunDay = (given: Pick<DayWork, 'day' | 'until' | 'call'>) => Promise<DayRun>

export interface ReconcileDeps {
  readonly clock: Clock
  readonly runs: DayRuns
  readonly runDay: RunDay
  readonly turn: Turn
  readonly logger: Logger
  readonly metrics: Metrics
}

export interface ReconcileAnswer {
  /** False while another run is at it. */
  readonly ran: boolean
  readonly days: readonly DayRun[]
}

/** @throws AppError `invalid_request`; BillError and ChannelError of the day that failed last, after all had their turn */
export function createReconcile(deps: ReconcileDeps) {
  return async (call: CallOptions, event: unknown): Promise<ReconcileAnswer> => {
    const now = deps.clock.now()
    const asked = dayAsked(event, now)
    const end = await deps.turn.take(now + RECONCILE_TIMEOUT_MS)
    if (end === undefined) {
      deps.logger.warn('RECONCILIATION_RUNS')
      return { ran: false, days: [] }
    }
    try {
      const due = asked === undefined ? await dueDays(deps.runs, now) : undefined
      const until = { compare: now + RECONCILE_COMPARE_MS, judge: now + RECONCILE_JUDGE_MS }
      const days = await runAll(deps, due?.days ?? [asked ?? ''], { until, call })
      return { ran: true, days }
    } finally {
      if (asked === undefined) await tellOverdue(deps)
      await end()
    }
  }
}

/** One day that cannot be brought in order does not stop the others. */
async function runAll(
  deps: ReconcileDeps,
  days: readonly string[],
  work: Pick<DayWork, 'until' | 'call'>,
): Promise<readonly DayRun[]> {
  const done: DayRun[] = []
  const failures: unknown[] = []
  for (const day of days) {
    if (deps.clock.now() >= work.until.compare) break
    try {
      done.push(await deps.runDay({ day, ...work }))
    } catch (error) {
      failures.push(error)
    }
  }
  if (failures.length > 0) throw failures.at(-1)
  return done
}

/** Also when nothing was due: silence is what the alarm fires at. */
async function tellOverdue({ runs, clock, metrics }: ReconcileDeps): Promise<void> {
  const { overdueHours } = await dueDays(runs, clock.now())
  metrics.put('ReconciliationOverdueHours', overdueHours)
}
