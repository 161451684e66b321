/** What a worker is told and what it tells: plain data. */
import type { Tally } from './exhaustive.ts'
import type { KeyMaterial } from './keys.ts'
import type { Proven } from './mutant.ts'

export interface Task {
  readonly keys: KeyMaterial
  /** Of all scenarios when absent. */
  readonly scenario?: string | undefined
  /** This worker's share of the work. */
  readonly part: number
  readonly of: number
  /** Begins with this one. */
  readonly proven?: Proven
  /** Then one run without faults of every scenario. */
  readonly calmFirst?: boolean
  readonly exhaustive?: { readonly every: number; readonly singles?: number } | undefined
  readonly random?:
    | { readonly seed: number; readonly runs: number; readonly seconds?: number | undefined }
    | undefined
  /** Stops at the first violation. */
  readonly untilFailure?: boolean
  /** The name of a mutant: its change is made to the source as it is loaded. */
  readonly mutant?: string
}

export interface Progress {
  readonly tally: Tally
  readonly done: boolean
}
