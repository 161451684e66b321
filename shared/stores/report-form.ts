/** The stored form of reports: JSON in the words of the report itself. */
import * as v from 'valibot'
import { BILL_KINDS } from '#shared/orders/bill-channel.ts'
import { DIFFERENCES, FINDING_KINDS, FINDING_OUTCOMES } from '#shared/reconciliation/finding.ts'
import type { Finding } from '#shared/reconciliation/finding.ts'
import { BILL_LAYOUTS } from '#shared/bills/bill-layout.ts'
import type { DayTotals, Neighbours, Report, Tally } from '#shared/reconciliation/report.ts'
import type { Summary } from '#shared/reconciliation/day-run.ts'
import { StoredFen, StoredInteger } from './stored-item.ts'
import type { Entries } from './stored-item.ts'

const StoredTally = v.object({ rows: StoredInteger, amount: StoredFen } satisfies Entries<Tally>)
const numbersOf = <const Word extends string>(words: readonly Word[]) =>
  v.object(v.entriesFromList(words, StoredInteger))

const Bill = v.variant('state', [
  v.object({
    state: v.literal('read'),
    rows: StoredInteger,
    sha1: v.string(),
    layout: v.exactOptional(v.picklist(BILL_LAYOUTS)),
  }),
  v.object({ state: v.literal('none') }),
  v.object({ state: v.literal('not_offered') }),
  v.object({ state: v.literal('unreadable'), problem: v.string() }),
])

const totals = {
  bills: v.object(v.entriesFromList(BILL_KINDS, Bill)),
  payments: StoredTally,
  refunds: StoredTally,
  others: StoredInteger,
  foreign: StoredInteger,
  funds: v.exactOptional(v.object({ in: StoredTally, out: StoredTally })),
} satisfies Entries<DayTotals>

const summary = {
  ...totals,
  complete: v.boolean(),
  matched: StoredInteger,
  unsettled: StoredInteger,
  found: numbersOf(DIFFERENCES),
  outcomes: numbersOf(FINDING_OUTCOMES),
  unlisted: StoredInteger,
} satisfies Entries<Summary>

export const StoredSummary = v.object(summary)

const StoredFinding = v.object({
  kind: v.picklist(FINDING_KINDS),
  difference: v.picklist(DIFFERENCES),
  outcome: v.picklist(FINDING_OUTCOMES),
  out_trade_no: v.string(),
  out_refund_no: v.exactOptional(v.string()),
  transaction_id: v.exactOptional(v.string()),
  billed: v.exactOptional(StoredFen),
  booked: v.exactOptional(StoredFen),
} satisfies Entries<Finding>)

export const StoredReport = v.object({
  v: v.literal(1),
  mchid: v.string(),
  day: v.string(),
  ...summary,
  findings: v.array(StoredFinding),
  neighbours: v.object({
    missing: v.array(v.string()),
    extra: v.array(v.string()),
  } satisfies Entries<Neighbours>),
} satisfies Entries<Report>)
