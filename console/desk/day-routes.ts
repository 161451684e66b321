/** The reconciliation: days with their verdicts, and what differed. */
import type { Listing } from '#console/contract.ts'
import type { DayInFull, DayRow } from '#console/contract-watch.ts'
import { invalid } from '#console/server/console-error.ts'
import type { Routes } from '#console/server/routes.ts'
import { storedDay } from '#cli/stack/stack-reconciliation.ts'
import { accountOf } from '#cli/stack/accounts.ts'
import type { StackAccess } from '#cli/stack/stack-access.ts'
import { beijingDay, daysAfter, isDay } from '#shared/beijing-day.ts'
import { given } from '#shared/given.ts'
import type { DayRun } from '#shared/reconciliation/day-run.ts'
import { needsSomebody } from '#shared/reconciliation/report.ts'
import { createDynamoDayRuns } from '#shared/stores/dynamo-day-runs.ts'
import type { Desk } from './desk.ts'
import { dayIn } from './parameters.ts'

export const MOST_DAYS = 31

export function dayRoutes({ stack, world }: Desk): Routes {
  return {
    async 'GET /reconciliation'({ query }): Promise<Listing<DayRow>> {
      // The bill of today is made tomorrow.
      const to = dayIn(query, 'to') ?? daysAfter(beijingDay(world.clock.now()), -1)
      const from = dayIn(query, 'from') ?? daysAfter(to, 1 - MOST_DAYS)
      if (from > to || daysAfter(from, MOST_DAYS - 1) < to)
        throw invalid('from', `must be within ${MOST_DAYS} days before to`, from)
      return { entries: await daysOf(stack, { from, to }) }
    },
    async 'GET /reconciliation/:day'({ part }): Promise<DayInFull> {
      const day = part('day')
      if (!isDay(day)) throw invalid('day', 'must be a day, as in 2026-01-31', day)
      const { run, report } = await storedDay(stack, day)
      const { findings = [], unlisted = 0 } = report ?? {}
      return { ...rowOf(day, run), differences: findings, unlisted }
    },
  }
}

/** Newest first. */
export async function daysOf(
  stack: StackAccess,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<readonly DayRow[]> {
  const runs = createDynamoDayRuns({
    client: stack.dynamodb,
    tableName: stack.tables.orders,
    mchid: accountOf(stack).mchid,
  })
  const days: string[] = []
  for (let day = to; day >= from; day = daysAfter(day, -1)) days.push(day)
  return Promise.all(days.map(async (day) => rowOf(day, await runs.get(day))))
}

function rowOf(day: string, run: DayRun | undefined): DayRow {
  if (run === undefined) return { day, verdict: 'missing' }
  const { ran_at, completed_at, summary, problem } = run
  return {
    day,
    verdict: verdictOf(run),
    ran_at: new Date(ran_at).toISOString(),
    ...(completed_at === undefined ? {} : { completed_at: new Date(completed_at).toISOString() }),
    ...(summary === undefined ? {} : summaryOf(summary)),
    ...given({ problem }),
  }
}

function summaryOf({ matched, found, outcomes, payments, refunds }: NonNullable<DayRun['summary']>) {
  return { matched, found, outcomes, payments, refunds }
}

function verdictOf({ state, summary }: DayRun): DayRow['verdict'] {
  if (state === 'failed') return 'failed'
  if (state !== 'complete') return 'running'
  return summary !== undefined && needsSomebody(summary) > 0 ? 'attention' : 'clean'
}
