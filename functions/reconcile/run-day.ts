/** One run of one day: what former runs left is taken up, the report is kept before anything follows from it, and told once. */
import { BillError } from '#shared/bills/bill-error.ts'
import { canonicalHash } from '#shared/crypto/canonical-hash.ts'
import { daysAfter } from '#shared/beijing-day.ts'
import { reconciliationCompleted } from '#shared/events/reconciliation-event.ts'
import type { Publisher } from '#shared/events/payment-event.ts'
import type { Logger } from '#shared/log.ts'
import type { Metrics } from '#shared/metrics.ts'
import { summaryOf } from '#shared/reconciliation/day-run.ts'
import type { DayRun, DayRuns, Reports } from '#shared/reconciliation/day-run.ts'
import { reconcileDay } from '#shared/reconciliation/reconcile-day.ts'
import type { DayDeps, DayResult, DayWork } from '#shared/reconciliation/reconcile-day.ts'
import type { Report } from '#shared/reconciliation/report.ts'

export interface RunDayDeps extends DayDeps {
  readonly runs: DayRuns
  readonly reports: Reports
  readonly publisher: Publisher
  readonly logger: Logger
  readonly metrics: Metrics
}

type Given = Pick<DayWork, 'day' | 'until' | 'call'>

/** @throws BillError, ChannelError, AppError; the run is kept as failed when it is the bill that cannot be used */
export async function runDay(deps: RunDayDeps, given: Given): Promise<DayRun> {
  const { day } = given
  const known = await deps.runs.get(day)
  const earlier = known?.digest === undefined ? undefined : await deps.reports.get(day)
  const keeping = createKeeping(deps, { day, known, earlier })
  try {
    const result = await reconcileDay(deps, {
      ...given,
      earlier,
      before: await neighboursOf(deps, daysAfter(day, -1)),
      position: known?.completed_at === undefined ? known?.position : undefined,
      keep: (report) => keeping.keep(report, { state: 'partial' }),
    })
    const run = await keeping.end(result)
    tell(deps, { run, result, earlier })
    return await publish(deps, run)
  } catch (error) {
    if (error instanceof BillError) await keeping.failed(error.message)
    throw error
  }
}

async function neighboursOf({ runs, reports }: RunDayDeps, day: string): Promise<DayWork['before']> {
  const run = await runs.get(day)
  return run?.digest === undefined ? undefined : (await reports.get(day)).neighbours
}

interface Former {
  readonly day: string
  readonly known: DayRun | undefined
  readonly earlier: Report | undefined
}

function createKeeping({ runs, reports, clock }: RunDayDeps, { day, known, earlier }: Former) {
  const { position: _position, problem: _problem, ...rest } = known ?? {}
  const lasting: Partial<DayRun> = rest
  let digest = earlier === undefined ? undefined : canonicalHash(earlier)

  async function put(change: Pick<DayRun, 'state'> & Partial<DayRun>): Promise<DayRun> {
    const run = { ...lasting, day, ran_at: clock.now(), ...change }
    await runs.put(run)
    return run
  }

  /** What was complete once stays so: a later run looks at it again, and takes nothing away. */
  async function keep(report: Report, change: Pick<DayRun, 'state'> & Partial<DayRun>): Promise<DayRun> {
    const next = canonicalHash(report)
    if (next !== digest) await reports.put(report)
    digest = next
    return put({ digest, summary: summaryOf(report), ...change })
  }

  return {
    keep: async (report: Report, change: Pick<DayRun, 'state'>) => void (await keep(report, change)),
    failed: (problem: string) => put({ state: 'failed', problem }),
    async end(result: DayResult): Promise<DayRun> {
      if (result.state === 'creating') return put({ state: 'creating' })
      const { report, state } = result
      if (state === 'complete')
        return keep(report, { state, completed_at: lasting.completed_at ?? clock.now() })
      return keep(report, { state, ...(result.position === undefined ? {} : { position: result.position }) })
    },
  }
}

interface Told {
  readonly run: DayRun
  readonly result: DayResult
  readonly earlier: Report | undefined
}

function tell({ logger, metrics }: RunDayDeps, { run, result, earlier }: Told): void {
  const { day, state } = run
  if (result.state === 'creating') return logger.info('BILL_CREATING', { day })
  const { report } = result
  const more = (count: (report: Report) => number) =>
    count(report) - (earlier === undefined ? 0 : count(earlier))
  const found = more(({ findings, unlisted }) => findings.length + unlisted)
  const held = more(({ outcomes }) => outcomes.held + outcomes.open)
  if (found > 0) metrics.put('ReconciliationFound', found)
  if (held > 0) metrics.put('ReconciliationHeld', held)
  if (state === 'complete') metrics.put('ReconciliationCompleted')
  logger.info('DAY_RECONCILED', { day, outcome: state, count: report.matched })
}

/** Again after a crash, and when a later run found more; not for a run that found the same. */
async function publish({ publisher, runs, mchid }: RunDayDeps, run: DayRun): Promise<DayRun> {
  const { digest, summary, completed_at, state } = run
  if (state !== 'complete' || digest === undefined || digest === run.published) return run
  if (summary === undefined || completed_at === undefined) return run
  await publisher.publish(reconciliationCompleted({ mchid, day: run.day, digest, summary, completed_at }))
  const told = { ...run, published: digest }
  await runs.put(told)
  return told
}
