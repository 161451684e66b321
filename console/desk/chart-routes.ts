/** Figures for people who look rather than read: what was settled in each step, how long notifications took, what days differed in. */
import type { ChartPoint, Charts, DayRow } from '#console/contract-watch.ts'
import type { Routes } from '#console/server/routes.ts'
import { beijingDay, daysAfter } from '#shared/beijing-day.ts'
import { daysOf, MOST_DAYS } from './day-routes.ts'
import type { Desk } from './desk.ts'
import { endsNotification, linesOf, tellsSettled } from './log-lines.ts'
import type { LogLine } from './log-lines.ts'
import { numberIn } from './parameters.ts'

const MINUTE_MS = 60_000
/** More points than that are no line any more. */
const MOST_POINTS = 60

export function chartRoutes(desk: Desk): Routes {
  return {
    async 'GET /charts'({ query }): Promise<Charts> {
      const minutes = numberIn(query, 'minutes', { least: 1, most: 1440, otherwise: 60 })
      const now = desk.world.clock.now()
      const stepMs = Math.ceil(minutes / MOST_POINTS) * MINUTE_MS
      const to = Math.ceil(now / stepMs) * stepMs
      const from = to - Math.ceil((minutes * MINUTE_MS) / stepMs) * stepMs
      const last = daysAfter(beijingDay(now), -1)
      const [lines, days] = await Promise.all([
        linesOf(desk, { notified: true, settled: true, from }),
        daysOf(desk.stack, { from: daysAfter(last, 1 - MOST_DAYS), to: last }),
      ])
      return { ...chartsOf(lines, { from, to, stepMs }), mismatches: days.map(mismatchesOf).toReversed() }
    },
  }
}

interface Steps {
  readonly from: number
  readonly to: number
  readonly stepMs: number
}

function chartsOf(lines: readonly LogLine[], steps: Steps): Omit<Charts, 'mismatches'> {
  const { from, to, stepMs } = steps
  const settled = lines.filter(tellsSettled)
  const count = (type: string) =>
    pointsOf(
      settled.filter(({ event_type }) => event_type === type),
      steps,
      ({ length }) => length,
    )
  const notified = lines.filter(endsNotification)
  const share = (part: number) => pointsOf(notified, steps, (some) => quantile(some, part))
  return {
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    step_seconds: stepMs / 1000,
    payments: count('payment.succeeded'),
    refunds: count('refund.succeeded'),
    notification_p50_ms: share(0.5),
    notification_p95_ms: share(0.95),
  }
}

function pointsOf(
  lines: readonly LogLine[],
  { from, to, stepMs }: Steps,
  measure: (some: readonly LogLine[]) => number | null,
): readonly ChartPoint[] {
  const inStep = Map.groupBy(lines, ({ time }) => Math.floor((Date.parse(time) - from) / stepMs))
  return Array.from({ length: (to - from) / stepMs }, (_, step) => ({
    at: new Date(from + step * stepMs).toISOString(),
    value: measure(inStep.get(step) ?? []),
  }))
}

/** Null where there is nothing to measure. */
function quantile(lines: readonly LogLine[], part: number): number | null {
  const sorted = lines.flatMap(({ duration_ms }) => duration_ms ?? []).toSorted((one, other) => one - other)
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? null
}

function mismatchesOf({ day, found }: DayRow): Charts['mismatches'][number] {
  return { day, count: Object.values(found ?? {}).reduce((sum, count) => sum + count, 0) }
}
