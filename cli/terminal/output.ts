/** How results look: text for people, or one JSON document with `--json`. */
import stringWidth from 'string-width'
import { cellText, jsonText, paint, Styled } from './style.ts'
import type { World } from './world.ts'

export interface Result {
  /** What `--json` prints. */
  readonly json: unknown
  /** What people read. */
  readonly text: string
}

export function show({ terminal }: World, { json, text }: Result, asJson: boolean): void {
  terminal.out(asJson ? `${jsonText(json)}\n` : `${text}\n`)
}

/** Lines up rows under their headings. */
export function table(
  headings: readonly string[],
  rows: ReadonlyArray<ReadonlyArray<string | Styled>>,
): string {
  const all = [headings.map((heading) => paint('bold', heading)), ...rows.map((row) => row.map(cellText))]
  const widths = headings.map((_, column) => Math.max(...all.map((row) => stringWidth(row[column] ?? ''))))
  return all
    .map((row) =>
      row
        .map((cell, column) => (column === row.length - 1 ? cell : padded(cell, widths[column] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** As wide as a terminal shows it: a Chinese character takes two columns. */
export function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - stringWidth(text)))
}

/** Lines up names and values; entries without a value are left out. */
export function fields(entries: Readonly<Record<string, unknown>>): string {
  const present = Object.entries(entries).filter(([, value]) => value !== undefined && value !== '')
  const width = Math.max(0, ...present.map(([name]) => name.length))
  return present
    .map(
      ([name, value]) =>
        `${name.padEnd(width)}  ${cellText(value instanceof Styled ? value : textOf(value))}`,
    )
    .join('\n')
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
