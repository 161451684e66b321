/** Where the code still breaks a rule, each with what will mend it. A line that is no longer needed fails the test. */
export interface Exception {
  readonly from: string
  readonly to: string
  readonly reason: string
}

export const EXCEPTIONS: readonly Exception[] = [
  {
    from: 'functions/sweep/drive-unpaid.ts',
    to: 'functions/close/close.ts',
    reason: 'closing a payment is moving to shared/payments, for close and sweep alike',
  },
]
