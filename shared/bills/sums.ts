/** Adds columns up, and holds them to what the bill says they add up to. */
import { BillError } from './bill-error.ts'
import type { Column, Header, Row } from './table.ts'
import { parseCount, parseYuan } from './yuan.ts'

/** By the name of a sum the column that it adds up. */
export type SumNames = Readonly<Record<string, string>>

export interface Sums {
  /** Adds a row. @throws BillError `row_malformed` for what is no amount */
  add(row: Row): void
  /** Hundred-thousandths of a yuan. @throws BillError `row_malformed` */
  amount(row: Row, column: Column): bigint
  readonly rows: number
  /** @throws BillError `sums_differ`, or `cut_short` where the number of rows is not told */
  check(told: ReadonlyMap<string, string>, countName: string): void
}

/** Adds up whatever columns of these the bill has. */
export function createSums(header: Header, names: SumNames): Sums {
  const sums = Object.entries(names).flatMap(([name, columnName]) => {
    const column = header.find(columnName)
    return column === undefined ? [] : [{ name, column, total: 0n }]
  })
  let rows = 0
  return {
    amount: amountOf,
    add(row) {
      rows += 1
      for (const sum of sums) sum.total += amountOf(row, sum.column)
    },
    get rows() {
      return rows
    },
    check(told, countName) {
      checkCount(told, { name: countName, counted: rows })
      for (const { name, total } of sums) {
        const text = told.get(name)
        if (text !== undefined && parseYuan(text) !== total)
          throw new BillError('sums_differ', { column: name })
      }
    },
  }
}

/** @throws BillError `sums_differ`, or `cut_short` where it is not told */
export function checkCount(
  told: ReadonlyMap<string, string>,
  { name, counted }: { readonly name: string; readonly counted: number },
): void {
  const text = told.get(name)
  if (text === undefined) throw new BillError('cut_short', { column: name })
  if (parseCount(text) !== counted) throw new BillError('sums_differ', { column: name })
}

function amountOf(row: Row, column: Column): bigint {
  const units = parseYuan(row.text(column))
  if (units === undefined) throw new BillError('row_malformed', { line: row.line, column: column.name })
  return units
}
