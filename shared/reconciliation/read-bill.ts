/** Reads the bill of a day against what is expected of it, and the orders of whatever does not say just that. */
import { DAY_MS, beijingDay, dayStart } from '#shared/beijing-day.ts'
import type { BillLayout } from '#shared/bills/bill-layout.ts'
import type { TakeRow, TradeRow } from '#shared/orders/bill-channel.ts'
import { fen } from '#shared/money.ts'
import { billedAs, dayOf } from '#shared/orders/day-index.ts'
import { orderKey, refundPointerKey } from '#shared/orders/order-key.ts'
import type { OrderStore } from '#shared/orders/order-store.ts'
import type { Order } from '#shared/orders/order.ts'
import { differenceOf } from './compare.ts'
import type { Difference } from './finding.ts'
import type { Fingerprints } from './fingerprints.ts'
import type { Tally } from './report.ts'

/** Orders that are read side by side. */
const READS_AT_ONCE = 32
/** So many differences are kept at a time; the next pass takes those behind them. */
const MOST_CANDIDATES = 20_000
/** A row of the last minutes of a day may be in the books as one of the next day. */
const MIDNIGHT_MS = 10 * 60_000
const MOST_NEIGHBOURS = 1000
/** What stands for a refund: its money is compared with its order. */
export const REFUND_CONTENT = 'refund'

export interface Candidate {
  readonly row: TradeRow
  readonly difference: Difference
}

/** What reads a bill of whatever form, and gives its rows. */
export type ReadRows = (take: TakeRow) => Promise<{ readonly rows: number; readonly layout?: BillLayout }>

export interface BillReading {
  readonly rows: number
  readonly layout?: BillLayout
  readonly payments: Tally
  readonly refunds: Tally
  /** Reversed payments, and states that are not known here. */
  readonly others: number
  /** Rows of other merchants, as in the bill of a partner. */
  readonly foreign: number
  readonly candidates: readonly Candidate[]
  /** Rows up to this line were compared; infinite when all were. */
  readonly comparedTo: number
  /** Keys of rows shortly before midnight that our books have on another day. */
  readonly extra: readonly string[]
}

export interface ReadingDeps {
  readonly mchid: string
  readonly orders: Pick<OrderStore, 'get'>
}

export interface ReadingOptions {
  readonly day: string
  readonly expected: Fingerprints
  /** Rows up to this line were compared before. */
  readonly after: number
  /** Whether there is no time left to compare: the rest is only read. */
  readonly isOver: () => boolean
}

/** Nothing of it may be acted upon before it resolves. @throws BillError */
export async function readBill(
  deps: ReadingDeps,
  read: ReadRows,
  options: ReadingOptions,
): Promise<BillReading> {
  const tallies = { payment: { rows: 0, amount: 0 }, refund: { rows: 0, amount: 0 }, other: 0, foreign: 0 }
  const comparison = createComparison(deps, options)
  const bill = await read((row) => {
    if (row.mchid !== deps.mchid) {
      tallies.foreign += 1
      return undefined
    }
    if (row.kind === 'other') tallies.other += 1
    else {
      tallies[row.kind].rows += 1
      tallies[row.kind].amount += row.kind === 'payment' ? row.total : row.refund
    }
    return comparison.take(row)
  })
  await comparison.flush()
  return {
    ...bill,
    payments: tally(tallies.payment),
    refunds: tally(tallies.refund),
    others: tallies.other,
    foreign: tallies.foreign,
    ...comparison.result(),
  }
}

function tally({ rows, amount }: { readonly rows: number; readonly amount: number }): Tally {
  return { rows, amount: fen(amount) }
}

interface Waiting {
  readonly row: TradeRow
  /** Whether the row is expected of this day. */
  readonly expected: boolean
}

function createComparison({ mchid, orders }: ReadingDeps, { day, expected, after, isOver }: ReadingOptions) {
  const candidates: Candidate[] = []
  const extra: string[] = []
  const lastMinutes = dayStart(day) + DAY_MS - MIDNIGHT_MS
  let waiting: Waiting[] = []
  let comparedTo = Number.POSITIVE_INFINITY

  const isStopped = () => comparedTo !== Number.POSITIVE_INFINITY

  function compare({ row, expected: known }: Waiting, order: Order | undefined): void {
    const difference = differenceOf(row, order)
    // The cells of a row are parts of the text of the whole chunk, which must not be kept for them.
    if (difference !== undefined) candidates.push({ row: structuredClone(row), difference })
    else if (!known && extra.length < MOST_NEIGHBOURS && isOfNextDay(row, order))
      extra.push(keyOf(mchid, row))
  }

  function isOfNextDay(row: TradeRow, order: Order | undefined): boolean {
    if (Date.parse(row.time) < lastMinutes || order === undefined) return false
    return row.kind === 'refund' || (dayOf(order)?.day ?? day) !== day
  }

  async function flush(): Promise<void> {
    const rows = waiting
    waiting = []
    const found = await Promise.all(rows.map(({ row }) => orders.get(orderKey(mchid, row.out_trade_no))))
    for (const [index, one] of rows.entries()) compare(one, found[index])
    const last = rows.at(-1)?.row.line
    if (last !== undefined && (candidates.length >= MOST_CANDIDATES || isOver())) comparedTo = last
  }

  return {
    take(row: TradeRow): void | Promise<void> {
      const key = keyOf(mchid, row)
      const same = expected.see(key, contentOf(row))
      // A refund has moved since: only its order knows how it stands.
      if ((same && row.kind === 'payment') || row.line <= after || isStopped()) return
      waiting.push({ row, expected: same })
      if (waiting.length >= READS_AT_ONCE) return flush()
    },
    async flush() {
      if (!isStopped()) await flush()
    },
    result: () => ({ candidates, comparedTo, extra }),
  }
}

function keyOf(mchid: string, row: TradeRow): string {
  return row.kind === 'refund'
    ? refundPointerKey(mchid, row.out_refund_no)
    : orderKey(mchid, row.out_trade_no)
}

function contentOf(row: TradeRow): string {
  if (row.kind === 'refund') return REFUND_CONTENT
  return row.kind === 'payment' ? billedAs(row.transaction_id, row.total) : ''
}

/** Where a moment stands against a day of Beijing. */
export function sideOf(time: string, day: string): 'within' | 'shortly_before_end' | 'at_start' | 'outside' {
  const moment = Date.parse(time)
  if (Number.isNaN(moment) || beijingDay(moment) !== day) return 'outside'
  const since = moment - dayStart(day)
  if (since >= DAY_MS - MIDNIGHT_MS) return 'shortly_before_end'
  return since < MIDNIGHT_MS ? 'at_start' : 'within'
}
