/** The table of results: a line for each operation, and for each client its three modes. */
import { OPERATIONS } from './client.ts'
import type { Client, Operation } from './client.ts'
import type { KnownFault } from './known-faults.ts'
import type { Result, Results } from './suite.ts'

export interface Column {
  readonly client: Client
  /** In the order of the modes. */
  readonly results: readonly Results[]
}

/** Lays out the table with its notes. */
export function table(columns: readonly Column[], modes: readonly string[]): string {
  const faults = [
    ...new Set(
      columns.flatMap(({ results }) => results.flatMap((one) => [...one.values()].flatMap(faultOf))),
    ),
  ]
  const mark = (result: Result | undefined): string => {
    if (result === undefined || result.kind === 'not_offered') return '-'
    if (result.kind === 'ok') return '+'
    return result.kind === 'fault' ? String(faults.indexOf(result.fault) + 1) : 'X'
  }
  const cells = (operation: Operation): readonly string[] =>
    columns.map(({ results }) => results.map((one) => mark(one.get(operation)).padEnd(2)).join(' '))
  const names = columns.map(({ client }) => `${client.name} ${client.version}`)
  const rows = [['', ...names], ...OPERATIONS.map((operation) => [operation, ...cells(operation)])]
  const widths = rows[0]!.map((_, index) => Math.max(...rows.map((row) => row[index]!.length)))
  const lines = rows.map((row) =>
    row
      .map((cell, index) => cell.padEnd(widths[index]!))
      .join('  ')
      .trimEnd(),
  )
  return [
    ...lines,
    '',
    `each cell: ${modes.join(', ')}; + right, - not offered, a number: a known fault of the client, X: failed`,
    ...faults.map((fault, index) => `${index + 1}  ${fault.client}: ${fault.cause}`),
    ...failures(columns, modes),
  ].join('\n')
}

function faultOf(result: Result): readonly KnownFault[] {
  return result.kind === 'fault' ? [result.fault] : []
}

export function failures(columns: readonly Column[], modes: readonly string[]): readonly string[] {
  return columns.flatMap(({ client, results }) =>
    results.flatMap((one, mode) =>
      [...one].flatMap(([operation, result]) =>
        result.kind === 'failed' ? [`X  ${client.name}, ${modes[mode]}, ${operation}: ${result.why}`] : [],
      ),
    ),
  )
}
