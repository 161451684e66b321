/** Keeps one run of the sweep within WeChat's limits (doc merchant/4013071036). */
import type { Clock } from '#shared/clock.ts'
import type { Pause } from '#shared/pause.ts'
import { ChannelError } from '#shared/orders/channel-error.ts'

/** What WeChat allows in a second. */
const CALLS = 150
const FAILING_CALLS = 6

/** A third of it and a half: the merchant's own requests count as well. */
const CALL_INTERVAL_MS = 1000 / (CALLS / 3)
const FAILURE_INTERVAL_MS = 1000 / (FAILING_CALLS / 2)
/** How many may call at once: fewer than may fail, for all of them may fail at once. */
export const WORKERS = FAILING_CALLS - 2
/** So many calls of unknown outcome in a row mean that WeChat is not to be had: the rest waits for the next run. */
const BREAK_AFTER = 5

export interface CallBudget {
  /** Makes the call when it is its turn. @throws CircuitOpen without calling when WeChat is not to be had */
  run<Result>(call: () => Promise<Result>): Promise<Result>
  readonly open: boolean
}

/** The run stops calling WeChat; nothing is lost, the next run goes on. */
export class CircuitOpen extends Error {
  override readonly name = 'CircuitOpen'
}

export function createCallBudget({
  clock,
  pause,
}: {
  readonly clock: Clock
  readonly pause: Pause
}): CallBudget {
  let next = 0
  let failures = 0
  const turn = async () => {
    const wait = next - clock.now()
    next = Math.max(next, clock.now()) + CALL_INTERVAL_MS
    if (wait > 0) await pause(wait)
  }
  const failed = (error: unknown) => {
    // Added up, not replaced: calls that fail side by side cost as much as one after the other.
    next = Math.max(next, clock.now()) + FAILURE_INTERVAL_MS
    const answered =
      error instanceof ChannelError &&
      error.certain &&
      error.code !== 'not_sent' &&
      error.code !== 'rate_limited'
    failures = answered ? 0 : failures + 1
  }
  return {
    async run(call) {
      await turn()
      if (failures >= BREAK_AFTER) throw new CircuitOpen('too many calls to WeChat failed in a row')
      try {
        const result = await call()
        failures = 0
        return result
      } catch (error) {
        failed(error)
        throw error
      }
    },
    get open() {
      return failures >= BREAK_AFTER
    },
  }
}
