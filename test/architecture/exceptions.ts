/** Where the code still breaks a rule, each with what will mend it. A line that is no longer needed fails the test. */
export interface Exception {
  readonly from: string
  readonly to: string
  readonly reason: string
}

export const EXCEPTIONS: readonly Exception[] = []
