/** What the suite can run. */
import type { Section } from './figure.ts'

/** Measures something that docs/performance.md tells, and `--check` holds against its targets. */
export interface Measured {
  readonly kind: 'measured'
  readonly name: string
  /** One line, for `--help`. */
  readonly about: string
  readonly run: (say: (line: string) => void) => Promise<Section>
}

/** A program of its own, which takes minutes, judges itself, and is run by its name alone. */
export interface Program {
  readonly kind: 'program'
  readonly name: string
  readonly about: string
  /** What Node is started with; what stands behind `--` in the command is added. */
  readonly start: readonly string[]
}

export type Bench = Measured | Program
