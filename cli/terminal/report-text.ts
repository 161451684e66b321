/** A report as people read it, and as a spreadsheet does. */
import { DIFFERENCES, FINDING_OUTCOMES } from '#shared/reconciliation/finding.ts'
import type { Finding } from '#shared/reconciliation/finding.ts'
import type { DayRun } from '#shared/reconciliation/day-run.ts'
import type { BillSummary, Report } from '#shared/reconciliation/report.ts'
import { fields, table, timeText } from './output.ts'

export function runText({ state, ran_at, completed_at, problem, position }: DayRun): string {
  return fields({
    state,
    ran: timeText(ran_at),
    complete: completed_at === undefined ? undefined : timeText(completed_at),
    problem,
    compared: position === undefined ? undefined : `rows up to line ${position.line}`,
  })
}

export function reportText(report: Report): string {
  const { bills, payments, refunds, funds, found, outcomes } = report
  return fields({
    day: report.day,
    trade_bill: billText(bills.trade),
    recharge_refunds: billText(bills.recharge_refund),
    fund_flow: billText(bills.fund_flow),
    payments: `${payments.rows} of ${payments.amount} fen`,
    refunds: `${refunds.rows} of ${refunds.amount} fen`,
    money_in: funds === undefined ? undefined : `${funds.in.rows} moves of ${funds.in.amount} fen`,
    money_out: funds === undefined ? undefined : `${funds.out.rows} moves of ${funds.out.amount} fen`,
    matched: String(report.matched),
    unsettled: String(report.unsettled),
    differing: counts(DIFFERENCES, found),
    outcomes: counts(FINDING_OUTCOMES, outcomes),
    not_listed: report.unlisted === 0 ? undefined : String(report.unlisted),
  })
}

function billText(bill: BillSummary): string {
  if (bill.state === 'unreadable') return `cannot be read (${bill.problem})`
  if (bill.state !== 'read') return bill.state === 'none' ? 'nothing happened' : 'not offered'
  return `${bill.rows} rows${bill.layout === 'old' ? ', in the old layout of 24 columns' : ''}`
}

function counts<Word extends string>(
  words: readonly Word[],
  counted: Readonly<Record<Word, number>>,
): string {
  const present = words.filter((word) => counted[word] > 0)
  return present.length === 0 ? 'none' : present.map((word) => `${counted[word]} ${word}`).join(', ')
}

const COLUMNS = [
  'kind',
  'difference',
  'outcome',
  'out_trade_no',
  'out_refund_no',
  'transaction_id',
  'billed',
  'booked',
] as const satisfies ReadonlyArray<keyof Finding>

export function findingsText(findings: readonly Finding[]): string {
  if (findings.length === 0) return 'nothing differs'
  return table(
    COLUMNS.map((column) => column.toUpperCase()),
    findings.map(cellsOf),
  )
}

/** RFC 4180. Numbers of merchants have no character that a spreadsheet takes for a formula but `-`, `@` and `|`: they are quoted. */
export function findingsCsv(findings: readonly Finding[]): string {
  return [COLUMNS.join(','), ...findings.map((finding) => cellsOf(finding).map(quoted).join(','))].join(
    '\r\n',
  )
}

function cellsOf(finding: Finding): readonly string[] {
  return COLUMNS.map((column) => String(finding[column] ?? ''))
}

function quoted(cell: string): string {
  return /^[0-9A-Za-z_]*$/.test(cell) ? cell : `"${cell.replaceAll('"', '""')}"`
}
