/** Which days the clock asks for: the last one whose bills WeChat should have made, and those before it that are not complete. */
import { beijingDay, DAY_MS, daysAfter, dayStart } from '#shared/beijing-day.ts'
import type { DayRun, DayRuns } from '#shared/reconciliation/day-run.ts'
import { BILL_READY_MS } from '#shared/time-limits.ts'

/** A bill that could not be used for so long is a matter for a person. */
const DAYS_BACK = 7
const HOUR_MS = 3_600_000

export interface DueDays {
  /** The oldest first. */
  readonly days: readonly string[]
  /** For how long the oldest has been due. */
  readonly overdueHours: number
}

/**
 * A day that no run ever began, and before which none was begun either, is not asked for: the system was not there yet.
 *
 * @param now epoch ms.
 */
export async function dueDays(runs: DayRuns, now: number): Promise<DueDays> {
  const last = beijingDay(now - DAY_MS - BILL_READY_MS)
  const back = Array.from({ length: DAYS_BACK }, (_, index) => daysAfter(last, index - DAYS_BACK + 1))
  const known = await Promise.all(back.map((day) => runs.get(day)))
  const first = known.findIndex((run) => run !== undefined)
  const days = back.filter((day, index) => {
    const begun = (first !== -1 && index >= first) || day === last
    return begun && !isComplete(known[index])
  })
  const [oldest] = days
  return { days, overdueHours: oldest === undefined ? 0 : Math.floor((now - dueAt(oldest)) / HOUR_MS) }
}

function isComplete(run: DayRun | undefined): boolean {
  return run?.completed_at !== undefined
}

/** From when on the bills of a day should be there, epoch ms. */
function dueAt(day: string): number {
  return dayStart(day) + DAY_MS + BILL_READY_MS
}
