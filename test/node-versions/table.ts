export type Row = Readonly<Record<string, string>>

/** For people: a line for each row, `-` where it has no cell. */
export function table(columns: readonly string[], rows: readonly Row[]): string {
  const lines = [columns, ...rows.map((row) => columns.map((column) => row[column] ?? '-'))]
  const widths = columns.map((_, index) => Math.max(...lines.map((cells) => cells[index]?.length ?? 0)))
  const padded = lines.map((cells) => cells.map((cell, index) => cell.padEnd(widths[index] ?? 0)))
  return padded.map((cells) => cells.join('  ').trimEnd()).join('\n')
}
