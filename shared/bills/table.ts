/**
 * The form that all bills have: a header, rows, a second header, and one row with the sums. Only rows have a backtick before
 * each cell, so that a comma within one is no boundary.
 */
import { BillError } from './bill-error.ts'
import { linesOf } from './lines.ts'

const MARK = '`'
const BOUNDARY = `,${MARK}`

export interface Header {
  /** The place of a column; undefined where the bill has none of these names. */
  find(...names: readonly string[]): Column | undefined
  /** @throws BillError `unknown_layout` */
  need(...names: readonly string[]): Column
}

export interface Column {
  readonly name: string
  readonly index: number
}

export interface Row {
  readonly line: number
  text(column: Column): string
}

interface TableOptions<Result> {
  /**
   * Columns next to each other that hold text of the merchant: whatever boundary it holds beyond the number of columns is a
   * part of it, and the columns behind are counted from the end.
   */
  readonly texts: readonly string[]
  /** Called once, with what the bill has; gives what takes the rows and judges the sums. */
  readonly open: (header: Header) => {
    readonly take: (row: Row) => void | Promise<void>
    readonly close: (sums: ReadonlyMap<string, string>) => Result
  }
}

type State =
  | { readonly at: 'start' }
  | { readonly at: 'rows' }
  | { readonly at: 'sums'; readonly names: readonly string[] }
  | { readonly at: 'end'; readonly sums: ReadonlyMap<string, string> }

/** Reads a bill row by row. @throws BillError */
export async function readTable<Result>(
  chunks: AsyncIterable<Uint8Array>,
  { texts, open }: TableOptions<Result>,
): Promise<Result> {
  let state: State = { at: 'start' }
  let columns: readonly string[] = []
  let reader: ReturnType<typeof open> | undefined
  let line = 0
  for await (const batch of linesOf(chunks)) {
    for (const text of batch) {
      line += 1
      if (text === '') continue
      if (state.at === 'start') {
        columns = namesOf(text)
        reader = open(headerOf(columns))
        state = { at: 'rows' }
      } else if (state.at === 'rows' && text.startsWith(MARK)) {
        const taken = reader?.take(rowOf(cellsOf(text), { line, columns, texts }))
        // Awaited only where there is something to wait for: a bill has a million rows.
        if (taken !== undefined) await taken
      } else if (state.at === 'rows') state = { at: 'sums', names: namesOf(text) }
      else if (state.at === 'sums') state = { at: 'end', sums: sumsOf(state.names, cellsOf(text), line) }
      else throw new BillError('row_malformed', { line })
    }
  }
  if (state.at !== 'end' || reader === undefined) throw new BillError('cut_short', { line })
  return reader.close(state.sums)
}

function namesOf(text: string): readonly string[] {
  return text.split(',').map((name) => name.trim().replace(/^`/, ''))
}

function cellsOf(text: string): readonly string[] {
  return (text.startsWith(MARK) ? text.slice(1) : text).split(BOUNDARY)
}

function headerOf(columns: readonly string[]): Header {
  const find = (...names: readonly string[]): Column | undefined => {
    const name = names.find((each) => columns.includes(each))
    return name === undefined ? undefined : { name, index: columns.indexOf(name) }
  }
  return {
    find,
    need(...names) {
      const column = find(...names)
      if (column === undefined) throw new BillError('unknown_layout', { column: names[0] ?? '' })
      return column
    },
  }
}

interface RowOptions {
  readonly line: number
  readonly columns: readonly string[]
  readonly texts: readonly string[]
}

function rowOf(cells: readonly string[], { line, columns, texts }: RowOptions): Row {
  const surplus = cells.length - columns.length
  const lastText = Math.max(...texts.map((name) => columns.indexOf(name)))
  if (surplus < 0 || (surplus > 0 && lastText < 0)) throw new BillError('row_malformed', { line })
  return {
    line,
    text: ({ index }) => cells[index > lastText ? index + surplus : index] ?? '',
  }
}

function sumsOf(
  names: readonly string[],
  cells: readonly string[],
  line: number,
): ReadonlyMap<string, string> {
  if (names.length !== cells.length) throw new BillError('row_malformed', { line })
  return new Map(names.map((name, index) => [name, cells[index] ?? '']))
}
