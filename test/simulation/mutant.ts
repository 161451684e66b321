/** One change of a source text. */
export interface Edit {
  /** From the root of the project. */
  readonly file: string
  /** Must occur exactly once. */
  readonly from: string
  readonly to: string
}

/** A safeguard of the program, and how to take it away. */
export interface Mutant extends Edit {
  readonly name: string
  /** In another file: the safeguard behind this one, where each of them suffices alone. */
  readonly behind?: Edit
  /**
   * A schedule that caught it once and is tried first. That only saves time: when the program has changed so that the schedule
   * plays otherwise, the search behind it finds another, and `npm run simulate:mutants` shows which mutants took it.
   */
  readonly proven?: Proven
}

export interface Proven {
  readonly scenario: string
  /** As `--faults` takes them; without faults and seed it is the calm run. */
  readonly faults?: string
  readonly seed?: number
}
