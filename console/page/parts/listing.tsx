/** A list from the server: what went wrong, its rows or that there are none, and more of it. */
import type { ComponentChildren } from 'preact'
import { useTexts } from '../language.tsx'
import type { LoadedList } from '../loaded.ts'
import { Problem, Waiting } from './basics.tsx'
import { type Column, Table } from './table.tsx'

interface ListingProps<Row> {
  readonly name: string
  readonly list: LoadedList<Row>
  readonly columns: readonly Column<Row>[]
  readonly keyOf: (row: Row) => string
  readonly empty: ComponentChildren
}

export function ListingTable<Row>({ name, list, columns, keyOf, empty }: ListingProps<Row>) {
  const texts = useTexts()
  const { entries, problem, isLoading, more } = list
  return (
    <>
      <Problem problem={problem} />
      {entries === undefined && problem === undefined && <Waiting isLoading={isLoading} />}
      {entries?.length === 0 && <div class="empty">{empty}</div>}
      {entries !== undefined && entries.length > 0 && (
        <Table name={name} columns={columns} rows={entries} keyOf={keyOf} />
      )}
      {more !== undefined && (
        <button type="button" class="quiet" onClick={more}>
          {texts.showMore}
        </button>
      )}
    </>
  )
}
