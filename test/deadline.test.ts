import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { withDeadline } from '#shared/deadline.ts'

describe('work within a limit', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it.each<[string, () => Promise<never>]>([
    ['fails later', async () => Promise.reject(new RangeError('later'))],
    [
      'fails before it is under way',
      () => {
        throw new RangeError('at once')
      },
    ],
  ])('that %s ends with its own error, and nothing waits any more', async (_, work) => {
    await expect(withDeadline(1000, work)).rejects.toThrow(RangeError)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('has a signal that has fired where it is asked for too late', async () => {
    const late = withDeadline(1000, async (limited) => {
      await new Promise((resolve) => setTimeout(resolve, 900))
      return limited.signal.aborted
    })
    await vi.advanceTimersByTimeAsync(900)
    expect(await late).toBe(true)
  })

  it('is not waited for beyond its limit', async () => {
    const work = withDeadline(1000, () => new Promise<never>(() => {}))
    const [ended] = await Promise.allSettled([work, vi.advanceTimersByTimeAsync(1000)])
    expect(ended).toMatchObject({ status: 'rejected', reason: { code: 'deadline_exceeded' } })
  })
})
