/** The table at the end of a run. */
import type { Outcome, Part } from './part.ts'

export interface Ended {
  readonly part: Part
  readonly outcome: Outcome
  readonly seconds: number
}

export function report(ended: readonly Ended[]): string {
  const rows = ended.map(({ part, outcome, seconds }) => [
    part.name,
    outcome.faults.length === 0 ? 'passed' : `${outcome.faults.length} faults`,
    `${seconds.toFixed(0)} s`,
    [part.engines.join(', '), ...outcome.figures].join('; '),
  ])
  const widths = [0, 1, 2].map((index) => Math.max(...rows.map((row) => row[index]?.length ?? 0)))
  return rows.map((row) => row.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join('  ')).join('\n')
}
