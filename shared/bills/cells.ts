/** What stands in the cells of a bill, beside amounts. */
import { BillError } from './bill-error.ts'
import type { Column, Row } from './table.ts'

/** Old bills have full-width colons, and none or two blanks before them. */
const BEIJING = /^(\d{4}-\d{2}-\d{2}) {0,2}(\d{2})[:：](\d{2})[:：](\d{2})$/

/** Beijing time as RFC 3339. @throws BillError `row_malformed` */
export function timeOf(row: Row, column: Column): string {
  const [, day, ...clock] = BEIJING.exec(row.text(column)) ?? []
  if (day === undefined) throw new BillError('row_malformed', { line: row.line, column: column.name })
  return `${day}T${clock.join(':')}+08:00`
}

/** Visible ASCII that is there. @throws BillError `row_malformed` */
export function tokenOf(row: Row, column: Column): string {
  const token = optionalTokenOf(row, column)
  if (token === undefined) throw new BillError('row_malformed', { line: row.line, column: column.name })
  return token
}

/** Bills write nothing, or `0`, for what a row does not have; what is no token counts as absent, for nothing is decided from it. */
export function optionalTokenOf(row: Row, column: Column): string | undefined {
  const text = row.text(column)
  return text !== '0' && /^[\x21-\x7e]{1,64}$/.test(text) ? text : undefined
}
