import { describe, expect, it } from 'vitest'
import { dueDays } from '#functions/reconcile/due-days.ts'
import { createReconcile } from '#functions/reconcile/reconcile.ts'
import { dayAsked } from '#functions/reconcile/schema.ts'
import { runDay } from '#functions/reconcile/run-day.ts'
import type { RunDayDeps } from '#functions/reconcile/run-day.ts'
import { createTurn } from '#functions/reconcile/turn.ts'
import type { Turn } from '#functions/reconcile/turn.ts'
import type { DayRun } from '#shared/reconciliation/day-run.ts'
import type { Report } from '#shared/reconciliation/report.ts'
import { RECONCILE_JUDGE_MS } from '#shared/time-limits.ts'
import { aDay, billText, DAY, paid, refunded, soldOrder } from '#test/reconciliation/day-world.ts'
import type { Told } from '#test/reconciliation/day-world.ts'
import { memoryLease } from '#test/support/memory-lease.ts'

const at = (time: string) => Date.parse(`${time}+08:00`)

function memoryRuns(given: readonly DayRun[] = []) {
  const runs = new Map(given.map((run) => [run.day, run]))
  return {
    get: async (day: string) => runs.get(day),
    put: async (run: DayRun) => void runs.set(run.day, run),
  }
}

const reconcileOver = (deps: RunDayDeps & { readonly turn: Turn }) =>
  createReconcile({ ...deps, runDay: (given) => runDay(deps, given) })

/** The function over a day in memory, as it runs hour by hour. */
async function aFunction(told: Told, orders = [soldOrder(1)]) {
  const day = await aDay(orders)
  const written: Report[] = []
  const reports = {
    get: async (wanted: string) => written.findLast((report) => report.day === wanted)!,
    put: async (report: Report) => void written.push(report),
  }
  const runs = memoryRuns()
  const deps = {
    ...day,
    ...day.ports(told),
    runs,
    reports,
    turn: createTurn({ ...day, lease: memoryLease() }),
  }
  return { ...day, runs, written, run: reconcileOver(deps), deps }
}

const DOWN = {
  bills: { trade: billText([paid(1, 1000), refunded(1, 300)]) },
  refunds: { 'REFUND-1': 'down' },
} as const
const measuredAs = (measured: ReadonlyArray<readonly [string, number]>, name: string) =>
  measured.filter(([metric]) => metric === name).map(([, value]) => value)

describe('the days that are due', () => {
  it('are the last one whose bill should be there, from half past ten in Beijing on', async () => {
    const days = async (time: string) => (await dueDays(memoryRuns(), at(time))).days
    expect(await days('2026-11-25T10:29:59')).toEqual(['2026-11-23'])
    expect(await days('2026-11-25T10:30:00')).toEqual(['2026-11-24'])
  })

  it('go back a week to what is not complete, but not behind the first that was begun', async () => {
    const run = (day: string, changes: Partial<DayRun> = {}): DayRun => ({
      day,
      state: 'partial',
      ran_at: 0,
      ...changes,
    })
    const runs = memoryRuns([run('2026-11-21', { completed_at: 1 }), run('2026-11-23')])
    const due = await dueDays(runs, at('2026-11-25T15:30:00'))
    expect(due).toEqual({ days: ['2026-11-22', '2026-11-23', '2026-11-24'], overdueHours: 53 })
    const done = memoryRuns([run('2026-11-24', { completed_at: 1, state: 'failed' })])
    expect(await dueDays(done, at('2026-11-25T15:30:00'))).toEqual({ days: [], overdueHours: 0 })
  })
})

describe('a day that is asked for by hand', () => {
  const now = at('2026-11-25T12:00:00')
  it('is one of the last ninety of the calendar', () => {
    expect(dayAsked({ day: '2026-08-27' }, now)).toBe('2026-08-27')
    for (const day of ['2026-08-26', '2026-11-26', '2026-02-30', '20261124', 20261124, undefined])
      expect(() => dayAsked({ day }, now)).toThrow(/^day must be/)
  })

  it('is none where the clock asks', () => {
    expect(dayAsked({ source: 'aws.events', time: '2026-11-25T04:00:00Z' }, now)).toBeUndefined()
  })
})

describe('reconcile', () => {
  it('keeps the report, tells of it once, measures what was found, and then finds nothing due', async () => {
    const { run, written, published, measured, settle } = await aFunction({
      ...DOWN,
      refunds: { 'REFUND-1': {} },
    })
    const first = await run({}, {})
    await settle()
    expect(first).toMatchObject({ ran: true, days: [{ day: DAY, state: 'complete' }] })
    expect(written.at(-1)).toMatchObject({ day: DAY, complete: true, outcomes: { healed: 2 } })
    const told = published.filter(({ type }) => type === 'reconciliation.completed')
    expect(told).toMatchObject([
      {
        id: expect.stringMatching(/^reconciliation#1900000109#2026-11-24#[0-9a-f]{16}$/),
        subject: DAY,
        time: '2026-11-25T02:30:00.000Z',
        data: { day: DAY, matched: 0, payments: { rows: 1, amount: 1000 }, outcomes: { healed: 2 } },
      },
    ])
    expect(measuredAs(measured, 'ReconciliationFound')).toEqual([2])
    expect(measuredAs(measured, 'ReconciliationHeld')).toEqual([])
    const [writes, events] = [written.length, published.length]
    expect(await run({}, {})).toEqual({ ran: true, days: [] })
    expect(await run({}, { day: DAY })).toMatchObject({ days: [{ state: 'complete' }] })
    expect([written.length, published.length]).toEqual([writes, events])
    expect(measuredAs(measured, 'ReconciliationOverdueHours')).toEqual([0, 0])
    expect(measuredAs(measured, 'ReconciliationFound')).toEqual([2])
  })

  it('asks again in an hour while WeChat makes the bill, and tells how long it is overdue', async () => {
    const { run, measured, written, time, logged } = await aFunction({ bills: { trade: 'creating' } })
    time.now = at('2026-11-25T15:30:00')
    expect(await run({}, {})).toMatchObject({ days: [{ state: 'creating' }] })
    expect(measuredAs(measured, 'ReconciliationOverdueHours')).toEqual([5])
    expect(written).toEqual([])
    expect(logged.map(({ code }) => code)).toContain('BILL_CREATING')
  })

  it('says what is wrong with a bill that cannot be used, and fails', async () => {
    const { run, runs, order } = await aFunction({ bills: { trade: 'not a bill' } })
    await expect(run({}, { day: DAY })).rejects.toThrow(/unknown_layout|cut_short/)
    expect(await runs.get(DAY)).toMatchObject({
      state: 'failed',
      problem: expect.stringMatching(/layout|short/),
    })
    expect((await order(1))?.status).toBe('AWAITING_PAYMENT')
  })

  it('publishes again after a crash between the report and the event, and then no more', async () => {
    const { deps, published } = await aFunction({ bills: { trade: billText([paid(1, 1000)]) } })
    const lost = { publish: async () => Promise.reject(new Error('the topic is down')) }
    await expect(reconcileOver({ ...deps, publisher: lost })({}, {})).rejects.toThrow('the topic is down')
    expect(await deps.runs.get(DAY)).toMatchObject({ state: 'complete' })
    await reconcileOver(deps)({}, { day: DAY })
    await reconcileOver(deps)({}, { day: DAY })
    expect(published.filter(({ type }) => type === 'reconciliation.completed')).toHaveLength(1)
  })

  it('leaves what its time does not suffice for to the next run, which goes on there', async () => {
    const { run, deps, time } = await aFunction(DOWN)
    expect(await run({}, {})).toMatchObject({ days: [{ state: 'partial', position: { line: 2 } }] })
    const slow = {
      ...deps,
      reports: {
        ...deps.reports,
        put: async (report: Report) => {
          await deps.reports.put(report)
          time.now += RECONCILE_JUDGE_MS
        },
      },
    }
    expect(await reconcileOver(slow)({}, {})).toMatchObject({ days: [{ state: 'partial' }] })
  })

  it('does nothing while another run is at it', async () => {
    const { deps, logged } = await aFunction(DOWN)
    await deps.turn.take(deps.clock.now() + 1000)
    expect(await reconcileOver(deps)({}, {})).toEqual({ ran: false, days: [] })
    expect(logged.map(({ code }) => code)).toEqual(['RECONCILIATION_RUNS'])
  })
})
