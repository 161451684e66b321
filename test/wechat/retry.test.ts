import { describe, expect, it } from 'vitest'
import { isHostFailure, pauseBeforeRetry } from '#shared/http/retry.ts'
import { ChannelError } from '#shared/orders/channel-error.ts'
import type { ChannelErrorCode } from '#shared/orders/channel-error.ts'

const error = (code: ChannelErrorCode) => new ChannelError(code, code, { certain: code === 'not_sent' })
const most = () => 0.999_999

function pause(code: ChannelErrorCode, attempt = 1, repeatable = true, random = most) {
  return pauseBeforeRetry(error(code), { attempt, repeatable, random })
}

describe('pauseBeforeRetry', () => {
  it.each(['not_sent', 'unverifiable', 'timeout', 'network', 'server_error'] as const)(
    'repeats %s up to four attempts where repeating is safe, doubling the limit of the pause',
    (code) => {
      expect([1, 2, 3].map((attempt) => Math.round(pause(code, attempt) ?? -1))).toEqual([100, 200, 400])
      expect(pause(code, 4)).toBeUndefined()
      expect(pause(code, 1, true, () => 0)).toBe(0)
      expect(pause(code, 1, true, () => 0.5)).toBe(50)
    },
  )

  it('repeats what is not repeatable only when it was certainly not sent', () => {
    expect(pause('not_sent', 1, false)).toBeDefined()
    expect(pause('not_sent', 3, false)).toBeDefined()
    expect(pause('not_sent', 4, false)).toBeUndefined()
    for (const code of ['unverifiable', 'timeout', 'network', 'server_error', 'rate_limited'] as const) {
      expect(pause(code, 1, false)).toBeUndefined()
    }
  })

  it('meets a rate limit with one longer pause and no second one', () => {
    expect(Math.round(pause('rate_limited') ?? -1)).toBe(1000)
    expect(pause('rate_limited', 2)).toBeUndefined()
  })

  it.each(['refused', 'not_found', 'already_paid', 'order_closed', 'number_used', 'invalid_answer'] as const)(
    'never repeats %s',
    (code) => {
      expect(pause(code)).toBeUndefined()
    },
  )
})

describe('isHostFailure', () => {
  it('blames the domain for what the network or a server did, and for nothing else', () => {
    const all = [
      'not_sent',
      'timeout',
      'network',
      'server_error',
      'refused',
      'not_found',
      'rate_limited',
      'unverifiable',
      'invalid_answer',
    ] as const
    expect(all.filter((code) => isHostFailure(error(code)))).toEqual([
      'not_sent',
      'timeout',
      'network',
      'server_error',
    ])
  })
})
