import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createProgress } from '#local/progress.ts'

const step = { doing: 'synthesizing', done: 'synthesized' }

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('progress', () => {
  it('tells a short step once, when it is done', async () => {
    const lines: string[] = []
    const progress = createProgress((line) => lines.push(line))
    expect(await progress({ ...step, done: (made) => `${made} synthesized` }, Promise.resolve(3))).toBe(3)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(lines).toEqual(['3 synthesized (0 ms)'])
  })

  it('says that a long one goes on, first after two seconds', async () => {
    const lines: string[] = []
    const progress = createProgress((line) => lines.push(line))
    const { promise, resolve } = Promise.withResolvers<void>()
    const followed = progress(step, promise)
    await vi.advanceTimersByTimeAsync(1999)
    expect(lines).toEqual([])
    await vi.advanceTimersByTimeAsync(10_000)
    resolve()
    await followed
    await vi.advanceTimersByTimeAsync(60_000)
    expect(lines).toEqual([
      '… synthesizing, for 2 s now',
      '… synthesizing, for 7 s now',
      'synthesized (11999 ms)',
    ])
  })

  it('is silent after a failure, which is told elsewhere', async () => {
    const lines: string[] = []
    const progress = createProgress((line) => lines.push(line))
    await expect(progress(step, Promise.reject(new Error('no')))).rejects.toThrow('no')
    await vi.advanceTimersByTimeAsync(60_000)
    expect(lines).toEqual([])
  })
})
