/** WeChat's limits per merchant: 150 good calls and 6 failing calls in a second (doc merchant/4013071036). */
import { apiError } from './api-error.ts'

const WINDOW_MS = 1000
const MAX_GOOD = 150
const MAX_FAILING = 6

export interface RateLimit {
  /** @throws ApiError `FREQUENCY_LIMITED` when either limit of the last second is reached. */
  check(now: number): void
  record(now: number, ok: boolean): void
}

/** Counts calls in a sliding second; a limit that is off never refuses. */
export function createRateLimit(on: boolean): RateLimit {
  let good: readonly number[] = []
  let failing: readonly number[] = []
  return {
    check(now) {
      if (!on) return
      const recent = (at: number): boolean => now - at < WINDOW_MS
      good = good.filter(recent)
      failing = failing.filter(recent)
      if (good.length >= MAX_GOOD || failing.length >= MAX_FAILING) throw apiError('FREQUENCY_LIMITED')
    },
    record(now, ok) {
      if (!on) return
      if (ok) good = [...good, now]
      else failing = [...failing, now]
    },
  }
}
