/** Token buckets, one per route, as API Gateway limits requests. */
import type { Clock } from '#shared/clock.ts'

export interface ThrottleLimits {
  /** Requests a second in the long run. */
  readonly rate: number
  /** Requests at once. */
  readonly burst: number
}

/** Gives a function that takes a token of a route's bucket and says whether there was one. */
export function createThrottle(limitsOf: (routeKey: string) => ThrottleLimits | undefined, clock: Clock) {
  const buckets = new Map<string, { tokens: number; atMs: number }>()
  return (routeKey: string): boolean => {
    const limits = limitsOf(routeKey)
    if (limits === undefined) return true
    const now = clock.now()
    const bucket = buckets.get(routeKey) ?? { tokens: limits.burst, atMs: now }
    buckets.set(routeKey, bucket)
    bucket.tokens = Math.min(limits.burst, bucket.tokens + ((now - bucket.atMs) / 1000) * limits.rate)
    bucket.atMs = now
    if (bucket.tokens < 1) return false
    bucket.tokens -= 1
    return true
  }
}
