import { describe, expect, it } from 'vitest'
import { createHeap } from '../../bench/capacity/heap.ts'
import { limitsOf, metAt, rateOf } from '../../bench/capacity/limits.ts'
import { simulate } from '../../bench/capacity/queueing.ts'
import type { Load } from '../../bench/capacity/queueing.ts'
import { meanOfSlowest, onLambda } from '../../bench/capacity/service-times.ts'

/** Numerical Recipes' generator: the same numbers in each run. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

const exponential = (count: number, mean: number, random: () => number) =>
  Array.from({ length: count }, () => -mean * Math.log(1 - random()))

describe('what is played', () => {
  const random = seeded(1)
  const calls: Load = {
    rate: 100,
    seconds: 200,
    invocations: { prepay: 1 },
    durations: { prepay: exponential(5000, 0.1, random) },
    messages: 0,
  }

  it("agrees with Little's law where nothing is refused", () => {
    const seen = simulate(calls, { concurrency: 1000, settle: 50, batch: 10 }, random)
    expect(seen.refused).toBe(0)
    expect(seen.meanConcurrency).toBeGreaterThan(9.5)
    expect(seen.meanConcurrency).toBeLessThan(10.5)
  })

  it('agrees with the loss formula of Erlang where places are few', () => {
    // Ten offered to ten places: B = 0.2146.
    const { refused, peakConcurrency } = simulate(calls, { concurrency: 10, settle: 0, batch: 1 }, random)
    expect(peakConcurrency).toBe(10)
    expect(refused).toBeGreaterThan(0.195)
    expect(refused).toBeLessThan(0.235)
  })

  it('leaves messages waiting where settle has too few places, and none where it has enough', () => {
    const load: Load = { ...calls, invocations: {}, messages: 1, durations: { settle: [0.1] } }
    const few = simulate(load, { concurrency: 1000, settle: 5, batch: 1 }, random)
    // A hundred come a second and fifty go.
    expect(few.waiting).toBeGreaterThan(9000)
    const enough = simulate(load, { concurrency: 1000, settle: 50, batch: 1 }, random)
    expect(enough.waiting).toBeLessThan(5)
    expect(enough.waitP99).toBe(0)
  })

  it('ends batches with their slowest message', () => {
    const load: Load = {
      rate: 100,
      seconds: 100,
      invocations: {},
      messages: 1,
      durations: { settle: [0.01, 0.2] },
    }
    const { meanConcurrency } = simulate(load, { concurrency: 1, settle: 1, batch: 100 }, random)
    expect(meanConcurrency).toBeGreaterThan(0.99)
  })
})

describe('service times', () => {
  it('on Lambda wait for WeChat as long as here, and compute three times as long', () => {
    expect(onLambda([160, 150, 140], 150)).toEqual([0.18, 0.15, 0.15])
    expect(onLambda([10], 0)).toEqual([0.03])
  })

  it('of a batch are those of its slowest message', () => {
    expect(meanOfSlowest([3, 1, 2], 1)).toBeCloseTo(2)
    // Of two drawn from 1 and 2, three in four times one is 2.
    expect(meanOfSlowest([1, 2], 2)).toBeCloseTo(1.75)
  })
})

describe('a heap', () => {
  it('gives what comes next, whatever came first', () => {
    const heap = createHeap<number>()
    for (const time of [5, 1, 4, 1, 3, 9, 2]) heap.push(time, time)
    const given: (number | undefined)[] = []
    while (heap.peek() !== undefined) given.push(heap.pop())
    expect(given).toEqual([1, 1, 2, 3, 4, 5, 9])
    expect(heap.pop()).toBeUndefined()
  })
})

describe('limits', () => {
  const limits = limitsOf(
    {
      functionSeconds: 0.5,
      settleSeconds: 0.05,
      settleBatchSeconds: 0.01,
      httpRequests: 3,
      merchantRequests: 2,
      notifications: 1,
      ordersWrites: 8,
      factsWrites: 4,
      published: 1,
      sent: 1,
      wechatCalls: 2,
      wechatSeconds: 0.15,
    },
    { merchantRate: 50, notifyRate: 200, settleConcurrency: 50, sweepCalls: 5 },
  )
  const named = (name: string) => limits.find((one) => one.name.startsWith(name))!

  it('are met at the rate that uses them up', () => {
    expect(rateOf(named('a new account'))).toBe(20)
    expect(rateOf(named('merchantThrottle'))).toBe(25)
    expect(rateOf(named("WeChat's calls"))).toBe(75)
    expect(rateOf(named('a new table'))).toBe(500)
    expect(rateOf(named('functions of the account'))).toBe(2000)
    expect(rateOf(named('settleConcurrency'))).toBe(5000)
    // Half a place each, which reads three secrets four times an hour.
    expect(rateOf(named('Secrets Manager'))).toBeCloseTo(10_000 / ((0.5 * 3 * 4) / 3600))
  })

  it('are told in the order in which they are met, and not before', () => {
    expect(metAt(limits, 10)).toEqual([])
    const met = metAt(limits, 100).map(rateOf)
    expect(met).toEqual([20, 25, 5 / 0.15, 75])
  })
})
