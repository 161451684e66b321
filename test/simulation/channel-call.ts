/** A call to a channel, as it fails on its way, and how long it is waited for. */
import { ATTEMPT_TIMEOUT_MS } from '#shared/http/http-transport.ts'
import { MAX_ATTEMPTS } from '#shared/http/retry.ts'
import { ChannelError } from '#shared/orders/channel-error.ts'
import { API_DEADLINE_MS, API_TIMEOUT_MS, WIND_UP_MS } from '#shared/time-limits.ts'
import type { Fault } from './faults.ts'
import type { Invocation } from './invocation.ts'

/** How long a call is waited for whose answer stalls in each attempt: no longer than the function may call others. */
export function patience({ name, deadline }: Invocation, now: number): number {
  const ends = deadline - (API_TIMEOUT_MS - API_DEADLINE_MS) - WIND_UP_MS
  // The sweep is the repetition itself.
  const attempts = name.startsWith('sweep') ? 1 : MAX_ATTEMPTS
  return Math.max(1, Math.min(attempts * ATTEMPT_TIMEOUT_MS, ends - now))
}

export function channelFailure(fault: Fault): ChannelError {
  switch (fault) {
    case 'not-sent':
      return new ChannelError('not_sent', fault, { certain: true })
    case 'server-error':
      return new ChannelError('server_error', fault, { certain: false, httpStatus: 500 })
    case 'rate-limited':
    case 'rate-limited-after':
      return new ChannelError('rate_limited', fault, { certain: false, httpStatus: 429 })
    case 'unverifiable':
      return new ChannelError('unverifiable', fault, { certain: false, httpStatus: 200 })
    case 'fail-before':
    case 'fail-after':
    case 'crash-before':
    case 'crash-after':
    case 'repeated':
      return new ChannelError('timeout', fault, { certain: false })
  }
}

/** Whether the channel answers nothing but errors, and how slow it is. */
export interface Weather {
  readonly away: () => boolean
  /** Before the request arrives, and before its answer does, ms. */
  readonly delays: () => { readonly requestMs: number; readonly answerMs: number }
}
