/** Tables that a narrow window and a keyboard can scroll. */
import type { ComponentChildren } from 'preact'
import { useTexts } from '../language.tsx'

export interface Column<Row> {
  readonly name: string
  readonly show: (row: Row) => ComponentChildren
  /** Figures stand below each other. */
  readonly isFigure?: boolean
}

interface TableProps<Row> {
  /** What the table is of, for whoever hears it. */
  readonly name: string
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[]
  readonly keyOf: (row: Row) => string
}

export function Table<Row>({ name, columns, rows, keyOf }: TableProps<Row>) {
  const texts = useTexts()
  const [first, ...others] = columns
  if (first === undefined) return null
  return (
    <section class="table" tabIndex={0} aria-label={texts.scrollable(name)}>
      <table>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.name} scope="col" class={alignment(column)}>
                {column.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              <th scope="row" class={alignment(first)}>
                {first.show(row)}
              </th>
              {others.map((column) => (
                <td key={column.name} class={alignment(column)}>
                  {column.show(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

const alignment = ({ isFigure = false }: { readonly isFigure?: boolean }) => (isFigure ? 'figure' : '')
