/** The form of all bills: a header, rows, a second header, a row with the sums; a byte order mark, and `\r\n` (format-trade, 2024-11). */

const MARK = '`'
const BYTE_ORDER_MARK = '\uFEFF'
const LINE_END = '\r\n'

export interface Table {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
  readonly sumNames: readonly string[]
  readonly sums: readonly string[]
}

/** The bytes of a bill; every cell that is no name begins with a backtick. */
export function renderTable({ columns, rows, sumNames, sums }: Table): Buffer {
  const lines = [columns.join(','), ...rows.map(rowText), sumNames.join(','), rowText(sums)]
  return Buffer.from(`${BYTE_ORDER_MARK}${lines.join(LINE_END)}${LINE_END}`)
}

function rowText(cells: readonly string[]): string {
  return cells.map((cell) => `${MARK}${cell}`).join(',')
}

/** Text of a merchant: commas stay, line ends would tear the row. */
export function textCell(text: string): string {
  return text.replaceAll('\r', String.raw`\r`).replaceAll('\n', String.raw`\n`)
}

/** Fen as yuan with two decimals. */
export function yuan(fen: number): string {
  const digits = String(Math.abs(fen)).padStart(3, '0')
  return `${fen < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`
}

/** Fees have five decimals. */
export function feeYuan(fen: number): string {
  return `${yuan(fen)}000`
}

/** Numbers of rows have one. */
export function count(rows: number): string {
  return `${rows}.0`
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
