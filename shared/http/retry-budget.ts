/** Keeps retries from becoming a storm: while WeChat answers, failures may be retried; while it does not, calls are made once. */

const CAPACITY = 20
/** A success pays for a part of a retry, so that retries stay a fraction of all calls. */
const EARNED_BY_SUCCESS = 0.2

export interface RetryBudget {
  /** Takes one retry out. @returns false when none is left */
  take(): boolean
  /** Tells of a success. */
  earn(): void
}

/** Creates a full budget; one client (one container) has one. */
export function createRetryBudget(): RetryBudget {
  let left = CAPACITY
  return {
    take() {
      if (left < 1) return false
      left -= 1
      return true
    },
    earn() {
      left = Math.min(CAPACITY, left + EARNED_BY_SUCCESS)
    },
  }
}
