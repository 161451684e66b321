/** Why a bill cannot be used. It holds names of columns and numbers of lines, never what stands there. */

/**
 * - `not_readable`: no gzip, no UTF-8, or a line without end.
 * - `too_large`: more bytes than the caller allows, before or after decompression.
 * - `hash_differs`: not the file that WeChat announced.
 * - `unknown_layout`: columns that we need are missing.
 * - `row_malformed`: a row with too few cells, or a cell of another form than documented.
 * - `cut_short`: the summary is missing.
 * - `sums_differ`: the summary does not equal the sums of the rows.
 */
export type BillProblem =
  | 'not_readable'
  | 'too_large'
  | 'hash_differs'
  | 'unknown_layout'
  | 'row_malformed'
  | 'cut_short'
  | 'sums_differ'

export interface BillPlace {
  readonly column?: string
  /** 1 for the first. */
  readonly line?: number
}

export class BillError extends Error {
  override readonly name = 'BillError'
  readonly problem: BillProblem
  readonly column: string | undefined
  readonly line: number | undefined

  constructor(problem: BillProblem, { column, line, cause }: BillPlace & ErrorOptions = {}) {
    const where = [column, line === undefined ? undefined : `line ${line}`].filter(Boolean).join(', ')
    super(where === '' ? problem : `${problem}: ${where}`, cause === undefined ? undefined : { cause })
    this.problem = problem
    this.column = column
    this.line = line
  }
}
