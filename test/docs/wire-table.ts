/** Reads the tables of docs/wire.md, and changes one field of a message. */
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { readPage } from './markdown.ts'

export interface Field {
  readonly path: readonly string[]
  readonly use: string
  readonly absent: string
}

const PAGE = join(resolve(import.meta.dirname, '../..'), 'docs/wire.md')
const bare = (cell = '') => cell.trim().replaceAll('`', '')

/** The fields of each message, by its heading. */
export function wireTables(text = readFileSync(PAGE, 'utf8')): ReadonlyMap<string, readonly Field[]> {
  const { headings, tables } = readPage(text)
  const messages = headings.filter(({ level, text: heading }) => level === 2 && heading.startsWith('`'))
  if (messages.length + 1 !== tables.length) throw new Error('one table a message, and that of the refusals')
  return new Map(
    messages.map(({ text: heading }, index) => [
      bare(heading),
      tables[index]!.slice(1).map(([field, use, absent]) => ({
        path: bare(field).replaceAll('[]', '.0').split('.'),
        use: bare(use),
        absent: bare(absent),
      })),
    ]),
  )
}

export interface RefusalRow {
  readonly code: string
  readonly statuses: readonly number[]
  /** What it means for each operation that it refuses. */
  readonly meanings: ReadonlyMap<string, string>
}

/** The last table of the page. */
export function refusalTable(text = readFileSync(PAGE, 'utf8')): readonly RefusalRow[] {
  const [header = [], ...rows] = readPage(text).tables.at(-1) ?? []
  const operations = header.slice(2).map((cell) => cell.replaceAll(' ', '_'))
  return rows.map(([code, statuses = '', ...cells]) => ({
    code: bare(code),
    statuses: statuses.split(', ').map(Number),
    meanings: new Map(
      operations.map((name, index) => [name, bare(cells[index])] as const).filter(([, cell]) => cell !== ''),
    ),
  }))
}

/** What stands for "take the field out". */
export const ABSENT = Symbol('absent')

/** The message with one field changed. */
export function changed(json: object, [name = '', ...rest]: readonly string[], value: unknown): object {
  const copy = (Array.isArray(json) ? [...json] : { ...json }) as Record<string, unknown>
  if (rest.length > 0) copy[name] = changed(copy[name] as object, rest, value)
  else if (value === ABSENT) delete copy[name]
  else copy[name] = value
  return copy
}

/** Every path of a message; lists only by their first element, and only where the table goes into them. */
export function pathsOf(json: object, known: ReadonlySet<string>, prefix = ''): readonly string[] {
  return Object.entries(json).flatMap(([name, value]) => {
    const path = `${prefix}${name}`
    const inside = typeof value === 'object' && value !== null && !Array.isArray(value)
    const goesOn = [...known].some((other) => other.startsWith(`${path}.`))
    if (!(inside || goesOn) || (inside && !goesOn)) return [path]
    const below = pathsOf(value as object, known, `${path}.`)
    return name === '0' ? below : [path, ...below]
  })
}
