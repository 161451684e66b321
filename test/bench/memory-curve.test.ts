import { describe, expect, it } from 'vitest'
import { pointAt } from '../../bench/memory-curve.ts'
import { savingsTable } from '../../bench/savings.ts'

describe('what memory costs', () => {
  it('is nothing for computing, which takes less time with more of it, up to a core', () => {
    const [small, large] = [pointAt(256, 10, 0), pointAt(1024, 10, 0)]
    expect(small.usd).toBeCloseTo(large.usd)
    expect(small.ms / large.ms).toBeCloseTo(4)
    expect(pointAt(3538, 10, 0).ms).toBe(10)
  })

  it('is its share for waiting, which takes as long', () => {
    expect(pointAt(512, 150, 150)).toEqual({ ms: 150, usd: 2 * pointAt(256, 150, 150).usd })
  })
})

describe('what is not saved', () => {
  it('is told in dollars by the list of prices', () => {
    expect(savingsTable()).toMatch(/No index of pending facts +\| +1\.25 of payments/)
  })
})
