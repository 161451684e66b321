import { describe, expect, it } from 'vitest'
import { createCachedValue } from '#shared/cached-value.ts'

const TTL = 900_000
const MAX_STALE = 86_400_000

function setUp({ random = 0.5 } = {}) {
  const state = { now: 1_000_000, loads: 0, failing: false, stale: 0 }
  const cache = createCachedValue({
    load: async () => {
      state.loads += 1
      const value = state.loads
      await Promise.resolve()
      if (state.failing) throw new Error('no luck')
      return value
    },
    clock: { now: () => state.now },
    random: () => random,
    ttlMs: TTL,
    maxStaleMs: MAX_STALE,
    onStale: () => {
      state.stale += 1
    },
  })
  return { state, cache }
}

describe('a cached value', () => {
  it('loads nothing before it is asked for, and then once', async () => {
    const { state, cache } = setUp()
    expect(state.loads).toBe(0)
    expect([await cache.get(), await cache.get()]).toEqual([1, 1])
  })

  it('has one load in flight, however many ask', async () => {
    const { state, cache } = setUp()
    expect(await Promise.all(Array.from({ length: 100 }, () => cache.get()))).toEqual(
      Array.from({ length: 100 }, () => 1),
    )
    state.now += TTL + 1
    await Promise.all(Array.from({ length: 100 }, () => cache.get()))
    expect(state.loads).toBe(2)
  })

  it('is there at once while it is fresh, and never longer', async () => {
    const { state, cache } = setUp()
    expect(cache.fresh()).toBeUndefined()
    await cache.get()
    state.now += TTL - 1
    expect(cache.fresh()).toBe(1)
    state.now += 1
    expect(cache.fresh()).toBeUndefined()
    expect(state.loads).toBe(1)
  })

  it.each([
    [0, 0.8],
    [0.5, 1],
    [0.9999, 1.19996],
  ])('lives for its time with the jitter that %d draws', async (random, factor) => {
    const { state, cache } = setUp({ random })
    await cache.get()
    state.now += Math.floor(TTL * factor) - 1
    await cache.get()
    expect(state.loads).toBe(1)
    state.now += 2
    await cache.get()
    expect(state.loads).toBe(2)
  })

  it('stays in use while loading fails, with 30 s between loads and one report for each', async () => {
    const { state, cache } = setUp()
    await cache.get()
    state.failing = true
    state.now += TTL
    for (const advance of [0, 0, 29_999]) {
      state.now += advance
      expect(await cache.get()).toBe(1)
      expect(await cache.refresh(30_000)).toBe(1)
    }
    expect(state).toMatchObject({ loads: 2, stale: 1 })
    state.now += 1
    expect(await cache.get()).toBe(1)
    expect(state).toMatchObject({ loads: 3, stale: 2 })
  })

  it('is not used any more when it is too old', async () => {
    const { state, cache } = setUp()
    await cache.get()
    state.failing = true
    state.now += MAX_STALE
    expect(await cache.get()).toBe(1)
    state.now += 1
    await expect(cache.get()).rejects.toThrow('no luck')
    state.now += 30_000
    await expect(cache.get()).rejects.toThrow('no luck')
  })

  it('is replaced as soon as loading works again', async () => {
    const { state, cache } = setUp()
    await cache.get()
    state.failing = true
    state.now += TTL
    await cache.get()
    state.failing = false
    state.now += 30_000
    expect(await cache.get()).toBe(3)
    state.now += TTL - 1
    expect(await cache.get()).toBe(3)
  })

  it('fails without one, and tries again after a second, not with every call', async () => {
    const { state, cache } = setUp()
    state.failing = true
    for (let call = 0; call < 50; call += 1) await expect(cache.get()).rejects.toThrow('no luck')
    expect(state).toMatchObject({ loads: 1, stale: 0 })
    state.failing = false
    state.now += 1000
    expect(await cache.get()).toBe(2)
  })

  it('is refreshed on demand, but not while it is younger than the caller accepts', async () => {
    const { state, cache } = setUp()
    expect(await cache.refresh(30_000)).toBe(1)
    state.now += 29_999
    expect(await cache.refresh(30_000)).toBe(1)
    state.now += 1
    expect(await Promise.all([cache.refresh(30_000), cache.refresh(30_000), cache.get()])).toEqual([2, 2, 1])
    expect(await cache.get()).toBe(2)
  })
})
