/** The report of a day: what the bills say, what was found, what became of it. A later run adds to it and takes nothing away. */
import type { BillLayout } from '#shared/bills/bill-layout.ts'
import type { BillKind } from '#shared/orders/bill-channel.ts'
import type { Fen } from '#shared/money.ts'
import { DIFFERENCES, FINDING_OUTCOMES, findingKey } from './finding.ts'
import type { Difference, Finding, FindingOutcome } from './finding.ts'

export interface Tally {
  readonly rows: number
  readonly amount: Fen
}

/** So many findings are listed; all others are dealt with just the same, and counted. */
export const MOST_LISTED = 10_000

export type BillSummary =
  | {
      readonly state: 'read'
      readonly rows: number
      readonly sha1: string
      readonly layout?: BillLayout
    }
  | { readonly state: 'none' }
  | { readonly state: 'not_offered' }
  /** Of a bill that is not needed: why it could not be read. */
  | { readonly state: 'unreadable'; readonly problem: string }

export interface FundFlow {
  readonly in: Tally
  readonly out: Tally
}

export interface DayTotals {
  readonly bills: Readonly<Record<BillKind, BillSummary>>
  readonly payments: Tally
  readonly refunds: Tally
  readonly others: number
  readonly foreign: number
  readonly funds?: FundFlow
}

export interface Report extends DayTotals {
  readonly v: 1
  readonly mchid: string
  readonly day: string
  /** Whether every row and every order was looked at, and WeChat answered whatever it was asked. */
  readonly complete: boolean
  /** Rows that the books have just as the bill has them. */
  readonly matched: number
  /** Orders and refunds that are open on both sides. */
  readonly unsettled: number
  readonly found: Readonly<Record<Difference, number>>
  readonly outcomes: Readonly<Record<FindingOutcome, number>>
  /** Findings that are not listed. */
  readonly unlisted: number
  /** Sorted by their keys. */
  readonly findings: readonly Finding[]
  /** Around the midnight that ends the day. */
  readonly neighbours: Neighbours
}

export interface Neighbours {
  /** What the bill does not have, and that of the next day may. */
  readonly missing: readonly string[]
  /** What the bill has, and our books have on the next day. */
  readonly extra: readonly string[]
}

export interface Draft {
  readonly mchid: string
  readonly day: string
  readonly totals: DayTotals
  readonly complete: boolean
  readonly findings: readonly Finding[]
  readonly unlisted: number
  readonly unsettled: number
  readonly neighbours: Neighbours
}

/** @param earlier what a former run of the same day reported. */
export function reportOf(draft: Draft, earlier: Report | undefined): Report {
  const findings = mergedFindings(draft, earlier)
  const listed = findings.slice(0, MOST_LISTED)
  const unlisted = unlistedOf(draft, earlier) + findings.length - listed.length
  const { payments, refunds, others } = draft.totals
  const differing = listed.filter(isOfRow)
  // What is open on both sides, and what stands around midnight, is told as it was when the day was complete.
  const moment = earlier?.complete === true ? earlier : draft
  return {
    v: 1,
    mchid: draft.mchid,
    day: draft.day,
    ...draft.totals,
    complete: draft.complete || earlier?.complete === true,
    matched: Math.max(0, payments.rows + refunds.rows + others - differing.length - unlisted),
    unsettled: moment.unsettled,
    found: counted(
      DIFFERENCES,
      listed.map(({ difference }) => difference),
    ),
    outcomes: counted(
      FINDING_OUTCOMES,
      listed.map(({ outcome }) => outcome),
    ),
    unlisted,
    findings: listed,
    neighbours: moment.neighbours,
  }
}

/** A run that goes on where another stopped finds others; one that begins anew finds the same. */
function unlistedOf({ unlisted }: Draft, earlier: Report | undefined): number {
  const before = earlier?.unlisted ?? 0
  return earlier?.complete === true ? Math.max(unlisted, before) : unlisted + before
}

function mergedFindings({ complete, findings }: Draft, earlier: Report | undefined): readonly Finding[] {
  const found = new Map((earlier?.findings ?? []).map((finding) => [findingKey(finding), finding]))
  const seen = new Set<string>()
  for (const finding of findings) {
    const key = findingKey(finding)
    const known = found.get(key)
    seen.add(key)
    if (known === undefined || known.outcome === 'open') found.set(key, finding)
  }
  return [...found]
    .map(([key, finding]) => (complete && !seen.has(key) ? closed(finding) : finding))
    .toSorted((one, other) => (findingKey(one) < findingKey(other) ? -1 : 1))
}

/** What was open and is not found any more was brought in order by a run that ended before it could say so. */
function closed(finding: Finding): Finding {
  return finding.outcome === 'open' ? { ...finding, outcome: 'healed' } : finding
}

function counted<Word extends string>(
  words: readonly Word[],
  found: readonly Word[],
): Readonly<Record<Word, number>>
function counted(words: readonly string[], found: readonly string[]): Readonly<Record<string, number>> {
  return Object.fromEntries(words.map((word) => [word, found.filter((one) => one === word).length]))
}

/** Whether the bill has a row of it. */
function isOfRow({ difference, transaction_id }: Finding): boolean {
  return difference !== 'only_with_us' && transaction_id !== undefined
}

/** What is out of order for a person: held, or not known yet. */
export function needsSomebody({ outcomes }: Pick<Report, 'outcomes'>): number {
  return outcomes.held + outcomes.open
}
