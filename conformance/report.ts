/** The table at the end of a run. */
import type { Outcome } from './part.ts'

export interface Ended {
  /** Name of the part. */
  readonly name: string
  readonly engines: readonly string[]
  readonly outcome: Outcome
  readonly seconds: number
}

export function report(ended: readonly Ended[]): string {
  const rows = ended.map(({ name, engines, outcome, seconds }) => [
    name,
    outcome.faults.length === 0 ? 'passed' : `${outcome.faults.length} faults`,
    `${seconds.toFixed(0)} s`,
    [engines.join(', '), ...outcome.figures].join('; '),
  ])
  const widths = [0, 1, 2].map((index) => Math.max(...rows.map((row) => row[index]?.length ?? 0)))
  return rows.map((row) => row.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join('  ')).join('\n')
}
