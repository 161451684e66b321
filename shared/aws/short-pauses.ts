/** When an AWS call is tried again: what passes by itself, after pauses that fit into the time of the call. */
import { StandardRetryStrategy } from '@smithy/core/retry'
import { AWS_ATTEMPTS, longestAwsPause } from '#shared/time-limits.ts'

type Refresh = StandardRetryStrategy['refreshRetryTokenForRetry']

/**
 * The SDK's own pauses are up to two seconds when it is throttled, and longer still when an answer asks for it: more than a
 * call may take. Here whoever drives the call comes again instead.
 */
export class ShortPauses extends StandardRetryStrategy {
  constructor() {
    super({
      maxAttempts: AWS_ATTEMPTS,
      backoff: {
        setDelayBase: () => {},
        computeNextBackoffDelay: (failed) => Math.floor(Math.random() * longestAwsPause(failed + 1)),
      },
    })
  }

  override async refreshRetryTokenForRetry(...[token, info]: Parameters<Refresh>): ReturnType<Refresh> {
    const { retryAfterHint: _, ...rest } = info
    return super.refreshRetryTokenForRetry(token, rest)
  }
}
