/** A safeguard of the program, and how to take it away. */
export interface Mutant {
  readonly name: string
  /** From the root of the project. */
  readonly file: string
  /** Must occur exactly once. */
  readonly from: string
  readonly to: string
}
