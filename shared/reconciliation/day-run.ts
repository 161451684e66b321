/** What is kept of the reconciliation of a day beside its report: how far it came, and what its report comes to. Ports. */
import type { Position } from './pass.ts'
import type { Report } from './report.ts'

/**
 * - `creating`: WeChat had not made the bills when it was last asked.
 * - `partial`: there is a report, and rows, orders or answers are missing in it.
 * - `complete`: everything was looked at.
 * - `failed`: the last run found a bill that cannot be used; `problem` says why.
 */
export const DAY_RUN_STATES = ['creating', 'partial', 'complete', 'failed'] as const

export interface DayRun {
  readonly day: string
  readonly state: (typeof DAY_RUN_STATES)[number]
  /** When the last run ended, epoch ms. */
  readonly ran_at: number
  /** When a run was complete for the first time, epoch ms. */
  readonly completed_at?: number
  /** Of the report, hex; absent as long as there is none. */
  readonly digest?: string
  readonly summary?: Summary
  /** The digest of the report that the last event told of. */
  readonly published?: string
  readonly position?: Position
  readonly problem?: string
}

/** The report without what it lists. */
export type Summary = Omit<Report, 'findings' | 'neighbours' | 'mchid' | 'day' | 'v'>

export interface DayRuns {
  /** Reads consistently. */
  get(day: string): Promise<DayRun | undefined>
  /** Whoever writes has the turn. */
  put(run: DayRun): Promise<void>
}

export interface Reports {
  /** @throws AppError when there is none, or it cannot be read: whoever asks knows from its run that there is one. */
  get(day: string): Promise<Report>
  put(report: Report): Promise<void>
}

export function summaryOf(report: Report): Summary {
  const { findings: _1, neighbours: _2, mchid: _3, day: _4, v: _5, ...summary } = report
  return summary
}
