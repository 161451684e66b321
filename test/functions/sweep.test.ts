import { describe, expect, it } from 'vitest'
import { createSweep } from '#functions/sweep/sweep.ts'
import { paymentFact } from '#test/support/orders.ts'
import { aWorld } from '#test/support/world.ts'

describe('sweep', () => {
  it('dispatches again what is pending for more than a minute, and nothing younger', async () => {
    const world = aWorld()
    const fact = paymentFact()
    await world.facts.put(fact)
    const sweep = createSweep(world)
    world.time.now = fact.received_at + 59_000
    await sweep()
    expect(world.dispatched).toEqual([])
    world.time.now = fact.received_at + 61_000
    await sweep()
    expect(world.dispatched).toEqual([fact.fact_key])
    await world.facts.markSettled(fact.fact_key, world.time.now)
    await sweep()
    expect(world.dispatched).toHaveLength(1)
  })

  it('goes on with the other shards when one fails, and fails in the end', async () => {
    const world = aWorld()
    const listPending = async (shard: number) => {
      if (shard === 3) throw new Error('throttled')
      return { factKeys: [`payment#${shard}`], more: false }
    }
    await expect(createSweep({ ...world, facts: { listPending } })()).rejects.toThrow('throttled')
    expect(world.dispatched).toHaveLength(15)
  })
})
