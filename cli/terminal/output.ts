/** How results look: text for people, or one JSON document with `--json`. */
import type { World } from './world.ts'

export interface Result {
  /** What `--json` prints. */
  readonly json: unknown
  /** What people read. */
  readonly text: string
}

export function show({ terminal }: World, { json, text }: Result, asJson: boolean): void {
  terminal.out(asJson ? `${JSON.stringify(json, null, 2)}\n` : `${text}\n`)
}

/** Lines up rows under their headings. */
export function table(headings: readonly string[], rows: ReadonlyArray<readonly string[]>): string {
  const all = [headings, ...rows]
  const widths = headings.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)))
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** Lines up names and values; entries without a value are left out. */
export function fields(entries: Readonly<Record<string, unknown>>): string {
  const present = Object.entries(entries).filter(([, value]) => value !== undefined && value !== '')
  const width = Math.max(0, ...present.map(([name]) => name.length))
  return present.map(([name, value]) => `${name.padEnd(width)}  ${textOf(value)}`).join('\n')
}

/** As in `1 fact`, `2 facts`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

/** Epoch ms as people and logs write it. */
export function timeText(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z')
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
