/** When to repeat a call, and after what pause. Pure, so that every row can be tested. */
import type { ChannelError } from '#shared/orders/channel-error.ts'

export const MAX_ATTEMPTS = 4
const BASE_MS = 100
const BASE_RATE_LIMITED_MS = 1000

export interface AttemptSoFar {
  /** 1 for the first. */
  readonly attempt: number
  /** Whether WeChat documents that repeating this call has no further effect. */
  readonly repeatable: boolean
  /** From 0 to below 1. */
  readonly random: () => number
}

/**
 * Decides about the next attempt after a failed one: exponential backoff with full jitter, four attempts at most.
 *
 * What may not be repeated is sent again only when it certainly never left this machine. A rate limit is met with one
 * longer pause and one more attempt, so that retries never feed it.
 *
 * @returns the pause in milliseconds, or undefined to give up.
 */
export function pauseBeforeRetry(
  error: ChannelError,
  { attempt, repeatable, random }: AttemptSoFar,
): number | undefined {
  if (attempt >= MAX_ATTEMPTS || !isRetryable(error, { attempt, repeatable })) return undefined
  const base = error.code === 'rate_limited' ? BASE_RATE_LIMITED_MS : BASE_MS
  return random() * base * 2 ** (attempt - 1)
}

function isRetryable({ code }: ChannelError, { attempt, repeatable }: Omit<AttemptSoFar, 'random'>): boolean {
  switch (code) {
    case 'not_sent':
      return true
    case 'rate_limited':
      return repeatable && attempt === 1
    case 'unverifiable':
    case 'timeout':
    case 'network':
    case 'server_error':
      return repeatable
    case 'refused':
    case 'not_found':
    case 'already_paid':
    case 'order_closed':
    case 'number_used':
    case 'invalid_answer':
      return false
  }
}

/** Tells whether a failure speaks against the domain, so that the other one is worth trying. */
export function isHostFailure({ code }: ChannelError): boolean {
  return code === 'not_sent' || code === 'timeout' || code === 'network' || code === 'server_error'
}
