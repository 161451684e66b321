/** One reading of the trade bills of a day, and how far it came. */
import { fen } from '#shared/money.ts'
import type { CallOptions } from '#shared/orders/payment-channel.ts'
import type { Fingerprints } from './fingerprints.ts'
import { loadRecharge, loadTrade } from './load-bills.ts'
import type { FundReading, Loaded, LoadDeps } from './load-bills.ts'
import type { BillReading, Candidate } from './read-bill.ts'
import type { DayTotals, Tally } from './report.ts'

/** Rows up to this line of the trade bill of this hash were compared, and what differed was judged. */
export interface Position {
  readonly sha1: string
  readonly line: number
}

type Known<Read> = Exclude<Loaded<Read>, 'creating'>

export interface Pass {
  readonly expected: Fingerprints
  readonly trade: Known<BillReading>
  readonly recharge: Known<BillReading>
}

interface PassOptions {
  readonly day: string
  readonly call: CallOptions
  readonly expected: Fingerprints
  readonly position: Position | undefined
  readonly isOver: () => boolean
}

/** Another bill than the one that the position is of is read from its beginning. */
export async function readPass(deps: LoadDeps, options: PassOptions): Promise<Pass | 'creating'> {
  const { day, expected, isOver, position } = options
  const trade = await loadTrade(deps, options, (sha1) => ({
    day,
    expected,
    isOver,
    after: position?.sha1 === sha1 ? position.line : 0,
  }))
  if (trade === 'creating') return 'creating'
  const recharge = await loadRecharge(deps, options, { day, expected, isOver: () => false, after: 0 })
  return recharge === 'creating' ? 'creating' : { expected, trade, recharge }
}

/** Of both bills; those of the smaller one are judged first, because its reading is never broken off. */
export function candidatesOf({ trade, recharge }: Pass): readonly Candidate[] {
  return [...(recharge.read?.candidates ?? []), ...(trade.read?.candidates ?? [])]
}

/** @returns undefined when all rows were compared and judged. */
export function nextPosition({ trade, recharge }: Pass, left: Candidate | undefined): Position | undefined {
  const { read, summary } = trade
  if (read === undefined || summary.state !== 'read') return undefined
  const { sha1 } = summary
  if (left !== undefined && recharge.read?.candidates.includes(left) === true) return { sha1, line: 0 }
  const line = Math.min(read.comparedTo, left === undefined ? Number.POSITIVE_INFINITY : left.row.line - 1)
  return Number.isFinite(line) ? { sha1, line } : undefined
}

const NOTHING: Tally = { rows: 0, amount: fen(0) }

export function totalsOf({ trade, recharge }: Pass, funds: Known<FundReading>): DayTotals {
  const readings = [trade.read, recharge.read].filter((read) => read !== undefined)
  const sum = (pick: (read: BillReading) => number) => readings.reduce((total, read) => total + pick(read), 0)
  const moved = funds.read
  return {
    bills: { trade: trade.summary, recharge_refund: recharge.summary, fund_flow: funds.summary },
    payments: trade.read?.payments ?? NOTHING,
    refunds: {
      rows: sum(({ refunds }) => refunds.rows),
      amount: fen(sum(({ refunds }) => refunds.amount)),
    },
    others: sum(({ others }) => others),
    foreign: sum(({ foreign }) => foreign),
    ...(moved === undefined ? {} : { funds: { in: moved.in, out: moved.out } }),
  }
}
