import { describe, expect, it } from 'vitest'
import { orderKey } from '#shared/orders/order-key.ts'
import { driveFacts } from '#functions/sweep/drive-facts.ts'
import { createSweep } from '#functions/sweep/sweep.ts'
import { shardOf } from '#shared/stores/shard.ts'
import { fakeWechat } from '#test/support/fake-wechat.ts'
import { MCHID, NOW, paymentFact } from '#test/support/orders.ts'
import { aWorld } from '#test/support/world.ts'
import { MINUTE, refunding, setUp, told } from '#test/support/sweeping.ts'

describe('pending facts', () => {
  it('are dispatched again after a minute, then less and less often, until they are settled', async () => {
    const { world, sweep, measured } = await setUp()
    const fact = paymentFact()
    await world.facts.put(fact)
    const at: number[] = []
    for (let minute = 0; minute <= 180; minute += 1) {
      world.time.now = fact.received_at + minute * MINUTE
      const before = world.dispatched.length
      await sweep()
      if (world.dispatched.length > before) at.push(minute)
    }
    expect(at).toEqual([1, 2, 4, 8, 16, 32, 62, 92, 122, 152])
    // In every run, for an alarm that wants to see it several times in a row.
    expect(measured('OldestPendingFactSeconds').slice(0, 5)).toEqual([0, 60, 120, 180, 240])
    await world.facts.markSettled(fact.fact_key, world.time.now)
    world.time.now += 60 * MINUTE
    await sweep()
    expect(world.dispatched).toHaveLength(at.length)
  })

  it('that can never be settled come back every half hour for two days, and then every six hours', async () => {
    const world = aWorld()
    const fact = paymentFact()
    await world.facts.put(fact)
    const days = [0, 0, 0, 0, 0]
    for (let minute = 0; minute < days.length * 24 * 60; minute += 5) {
      world.time.now = fact.received_at + minute * MINUTE
      const { dispatched } = await driveFacts(world, undefined)
      days[Math.floor(minute / (24 * 60))]! += dispatched
    }
    expect(days).toEqual([50, 48, 4, 4, 4])
  })

  it('are claimed by one of two drivers', async () => {
    const { world, sweep } = await setUp()
    await world.facts.put(paymentFact())
    world.time.now += 2 * MINUTE
    await Promise.all([sweep(), sweep(), sweep()])
    expect(world.dispatched).toHaveLength(1)
  })

  it('of other shards go on when one shard fails, and the run fails in the end', async () => {
    const world = aWorld()
    const listDue = async (shard: number) => {
      if (shard === 3) throw new Error('throttled')
      return { facts: [{ factKey: `payment#${shard}`, receivedAt: NOW, dueAt: NOW }], more: false }
    }
    const facts = { ...world.facts, listDue, oldestPending: async () => NOW, postpone: async () => true }
    await expect(createSweep({ ...world, facts, channels: { wechat: fakeWechat({}) } })({})).rejects.toThrow(
      'throttled',
    )
    expect(world.dispatched).toHaveLength(15)
  })

  it('that cannot be dispatched do not keep refunds waiting', async () => {
    const { world, wechat } = await setUp({ queryRefund: async () => told }, refunding({}))
    await world.facts.put(paymentFact())
    world.time.now += 2 * MINUTE
    const dispatcher = { dispatch: async () => Promise.reject(new Error('queue down')) }
    await expect(createSweep({ ...world, dispatcher, channels: { wechat } })({})).rejects.toThrow(
      'queue down',
    )
    expect((await world.orders.get(orderKey(MCHID, 'ORDER-0001')))?.refunds['R1']?.status).toBe('PROCESSING')
  })

  it('ledger case 24: are told by their age, with a heartbeat, in each run while the queue is down', async () => {
    const { world, wechat, measured } = await setUp()
    const fact = paymentFact()
    await world.facts.put(fact)
    const dispatcher = { dispatch: async () => Promise.reject(new Error('queue down')) }
    const run = createSweep({ ...world, dispatcher, channels: { wechat } })
    for (const minute of [1, 2, 3, 4, 5]) {
      world.time.now = fact.received_at + minute * MINUTE
      await run({}).catch(() => {})
    }
    expect(measured('OldestPendingFactSeconds')).toEqual([60, 120, 180, 240, 300])
    expect(measured('SweepHeartbeat')).toEqual([1, 1, 1, 1, 1])
  })

  it('do not wait for orders, nor orders for them', async () => {
    const { world, wechat } = await setUp({ queryRefund: async () => told }, refunding({}))
    await world.facts.put(paymentFact())
    world.time.now += 2 * MINUTE
    const listed = Promise.withResolvers<void>()
    const orders = {
      ...world.orders,
      listDue: async (...args: Parameters<typeof world.orders.listDue>) => {
        await listed.promise
        return world.orders.listDue(...args)
      },
    }
    // The orders come only after a fact was dispatched: one after the other, in either order, would never end.
    const dispatcher = {
      dispatch: async (key: string) => {
        world.dispatched.push(key)
        listed.resolve()
        await driven.promise
      },
    }
    const driven = Promise.withResolvers<void>()
    const queryRefund: typeof wechat.queryRefund = async (...args) => {
      driven.resolve()
      return wechat.queryRefund(...args)
    }
    await createSweep({ ...world, orders, dispatcher, channels: { wechat: { ...wechat, queryRefund } } })({})
    // The fact that was due, and what WeChat said of the refund.
    expect(world.dispatched).toHaveLength(2)
    expect(wechat.calls.map(([name]) => name)).toEqual(['queryRefund'])
  })

  it('that cannot be listed leave no heartbeat, and no age when no shard can be', async () => {
    const { world, wechat, measured } = await setUp()
    const oldestPending = async () => Promise.reject(new Error('throttled'))
    const facts = { ...world.facts, oldestPending }
    await expect(createSweep({ ...world, facts, channels: { wechat } })({})).rejects.toThrow('throttled')
    expect([measured('OldestPendingFactSeconds'), measured('SweepHeartbeat')]).toEqual([[], []])
  })

  it('of which one shard cannot be read leave no heartbeat, and the age of the others', async () => {
    for (const broken of ['listDue', 'oldestPending'] as const) {
      const { world, wechat, measured } = await setUp()
      const fact = paymentFact()
      const other = {
        ...fact,
        fact_key: `${fact.fact_key}#CONFLICT#1`,
        received_at: fact.received_at - MINUTE,
      }
      expect(shardOf(other.fact_key, 16)).not.toBe(shardOf(fact.fact_key, 16))
      for (const each of [fact, other]) await world.facts.put(each)
      world.time.now = fact.received_at + 5 * MINUTE
      const facts = {
        ...world.facts,
        [broken]: async (shard: number, options: never) => {
          if (shard === Number(shardOf(other.fact_key, 16))) throw new Error('throttled')
          return world.facts[broken](shard, options)
        },
      }
      await expect(createSweep({ ...world, facts, channels: { wechat } })({})).rejects.toThrow('throttled')
      expect([measured('OldestPendingFactSeconds'), measured('SweepHeartbeat')]).toEqual([[300], []])
    }
  })

  it('are told by the oldest of all, also where it is the last to be dispatched again', async () => {
    const { world, sweep, measured } = await setUp()
    const old = paymentFact()
    const inItsShard = (count: number) => {
      const found = []
      for (let index = 0; found.length < count; index += 1) {
        const fact = { ...paymentFact(), fact_key: `payment#${MCHID}#N-${index}#SUCCESS` }
        if (shardOf(fact.fact_key, 16) === shardOf(old.fact_key, 16)) found.push(fact)
      }
      return found
    }
    const start = old.received_at + 60 * MINUTE
    await world.facts.put(old)
    await world.facts.postpone(
      { factKey: old.fact_key, receivedAt: old.received_at, dueAt: old.received_at + MINUTE },
      start + 30 * MINUTE,
    )
    for (const fact of inItsShard(250)) await world.facts.put({ ...fact, received_at: start })
    world.time.now = start
    await sweep()
    expect(measured('OldestPendingFactSeconds')).toEqual([3600])
  })
})
