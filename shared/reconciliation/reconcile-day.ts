/**
 * Brings our books to WeChat's bills of a day: reads the bills against what is expected of them, judges what differs, then what
 * they lack. Any number of runs end in the same books and the same report, for whatever follows from a difference is kept once.
 */
import type { DayIndex } from '#shared/orders/day-index.ts'
import type { CallOptions } from '#shared/orders/payment-channel.ts'
import { expectDay, missingOf } from './expect-day.ts'
import { judgeMissing } from './judge-missing.ts'
import { describe, judgeRow } from './judge-row.ts'
import type { JudgeDeps } from './judge-row.ts'
import { createJudging } from './judging.ts'
import type { Judging } from './judging.ts'
import { loadFunds } from './load-bills.ts'
import type { FundReading, Loaded, LoadDeps } from './load-bills.ts'
import { candidatesOf, nextPosition, readPass, totalsOf } from './pass.ts'
import type { Pass, Position } from './pass.ts'
import type { Candidate } from './read-bill.ts'
import { reportOf } from './report.ts'
import type { Neighbours, Report } from './report.ts'

export interface DayDeps extends Omit<LoadDeps, 'orders'>, JudgeDeps {
  readonly dayIndex: DayIndex
}

export interface DayWork {
  readonly day: string
  /** What a former run of this day reported. */
  readonly earlier: Report | undefined
  /** What the report of the day before says of the midnight between. */
  readonly before: Neighbours | undefined
  /** How far a former run came in the trade bill. */
  readonly position: Position | undefined
  /** Epoch ms: from then on nothing more is compared, and nothing more is judged. */
  readonly until: { readonly compare: number; readonly judge: number }
  /** Keeps what was found before anything is made of it, so that a run that dies leaves it behind. */
  readonly keep: (report: Report) => Promise<void>
  readonly call: CallOptions
}

export type DayResult =
  | { readonly state: 'creating' }
  | { readonly state: 'complete'; readonly report: Report }
  /** The next run goes on from there. */
  | { readonly state: 'partial'; readonly report: Report; readonly position: Position | undefined }

type Known<Read> = Exclude<Loaded<Read>, 'creating'>

interface Run {
  readonly deps: DayDeps
  readonly work: DayWork
  readonly funds: Known<FundReading>
  readonly judging: Judging
  readonly isOver: (phase: keyof DayWork['until']) => boolean
  readonly left: { unsettled: number; missing: string[] }
}

/** @throws BillError for a bill that is not what WeChat announced, ChannelError where there is none to be had. */
export async function reconcileDay(deps: DayDeps, work: DayWork): Promise<DayResult> {
  const funds = await loadFunds(deps, work)
  if (funds === 'creating') return { state: 'creating' }
  const isOver: Run['isOver'] = (phase) => deps.clock.now() >= work.until[phase]
  const judging = createJudging(() => isOver('judge'))
  const run: Run = { deps, work, funds, judging, isOver, left: { unsettled: 0, missing: [] } }
  let { position } = work
  for (;;) {
    const pass = await readPass(deps, {
      ...work,
      expected: await expectDay(deps.dayIndex, work.day, work.before),
      position,
      isOver: () => isOver('compare'),
    })
    if (pass === 'creating') return { state: 'creating' }
    position = nextPosition(pass, await judgeRows(run, pass))
    if (position === undefined && !judging.isStopped) await judgeRest(run, pass)
    const complete = position === undefined && !judging.isStopped
    const report = draft(run, pass, { complete })
    if (complete) return { state: 'complete', report }
    if (judging.isStopped || isOver('compare')) return { state: 'partial', report, position }
  }
}

function draft({ deps, work, funds, judging, left }: Run, pass: Pass, { complete }: { complete: boolean }) {
  const { findings, unlisted } = judging
  const { mchid } = deps
  const { day, earlier } = work
  const neighbours = { missing: left.missing, extra: pass.trade.read?.extra ?? [] }
  const totals = totalsOf(pass, funds)
  const { unsettled } = left
  return reportOf({ mchid, day, totals, complete, findings, unlisted, unsettled, neighbours }, earlier)
}

/** @returns the first row that is left to be judged. */
async function judgeRows(run: Run, pass: Pass): Promise<Candidate | undefined> {
  const { deps, work, judging } = run
  const candidates = candidatesOf(pass)
  if (candidates.length === 0) return undefined
  const ahead = candidates.map(openFinding)
  await work.keep(reportWith(run, pass, ahead))
  return judging.judge(candidates, {
    lane: ({ row }) => row.out_trade_no,
    verdict: async ({ row }) => {
      const finding = await judgeRow(deps, { day: work.day, row }, work.call)
      if (finding !== undefined) judging.add(finding)
    },
    failed: openFinding,
  })
}

function openFinding({ row, difference }: Candidate) {
  return { ...describe(row, undefined), difference, outcome: 'open' } as const
}

function reportWith(run: Run, pass: Pass, ahead: Parameters<typeof reportOf>[0]['findings']): Report {
  const known = draft(run, pass, { complete: false })
  const { mchid, day } = known
  const totals = totalsOf(pass, run.funds)
  const { unsettled, neighbours } = known
  const rest = { mchid, day, totals, complete: false, unsettled, neighbours, unlisted: 0 }
  return reportOf({ ...rest, findings: ahead }, known)
}

/** What no row was for. */
async function judgeRest(run: Run, pass: Pass): Promise<void> {
  const { deps, work, judging, left } = run
  const { day, before, call } = work
  const [leftIt, hasIt] = [new Set(before?.missing), new Set(before?.extra)]
  const excused = isInFundsAlone(run, pass)
  await judging.judge(missingOf(deps.dayIndex, { day, before, expected: pass.expected }), {
    lane: (key) => key,
    verdict: async (key) => {
      if (excused(key)) return
      const neighbour = leftIt.has(key) ? 'left_it' : hasIt.has(key) ? 'has_it' : undefined
      const verdict = await judgeMissing(deps, { day, key, neighbour }, call)
      if (typeof verdict === 'object') judging.add(verdict.finding)
      else if (verdict === 'unsettled') left.unsettled += 1
      else if (verdict === 'next_day') left.missing.push(key)
    },
    failed: () => undefined,
  })
}

/** Refunds out of the available balance are in no trade bill but one that not every merchant gets: the money tells. */
function isInFundsAlone({ funds }: Run, { recharge }: Pass): (key: string) => boolean {
  const { read } = funds
  if (read === undefined || recharge.summary.state === 'read' || recharge.summary.state === 'none')
    return () => false
  return (key) => read.refunds.has(key)
}
