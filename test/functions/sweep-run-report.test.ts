import { describe, expect, it } from 'vitest'
import { orderKey } from '#shared/orders/order-key.ts'
import { CircuitOpen } from '#functions/sweep/circuit.ts'
import { driveFacts } from '#functions/sweep/drive-facts.ts'
import { createSweep } from '#functions/sweep/sweep.ts'
import { failing } from '#test/support/fake-wechat.ts'
import { recordFact } from '#shared/facts/record-fact.ts'
import { MCHID, NOW, paymentFact } from '#test/support/orders.ts'
import { DUE, due, MINUTE, notPaid, setUp } from '#test/support/sweeping.ts'
import { shardOf } from '#shared/stores/shard.ts'

const number = { out_trade_no: 'ORDER-0001' }

describe('a run', () => {
  it('counts and logs what it did', async () => {
    const { world, sweep, measured } = await setUp({ queryOrder: async () => notPaid }, due())
    await recordFact(world, paymentFact())
    world.dispatched.length = 0
    world.time.now = NOW + 2 * MINUTE
    await sweep()
    expect(world.dispatched).toHaveLength(1)
    expect([
      measured('FactsDispatchedAgain'),
      measured('OldestPendingFactSeconds'),
      measured('OrdersDriven'),
      measured('WechatCircuitOpen'),
    ]).toEqual([[1], [119], [1], []])
    expect(world.logged.at(-1)).toEqual({ level: 'info', code: 'SWEPT', fields: { count: 2 } })
  })

  it('goes on to the next page until nothing new is due, and drives each order once', async () => {
    const { world, wechat, sweep, measured } = await setUp({ queryOrder: async () => notPaid })
    const numbers = Array.from({ length: 4000 }, (_, index) => `ORDER-${10_000 + index}`)
    const oneShard = numbers.filter((each) => shardOf(orderKey(MCHID, each), 16) === '3').slice(0, 130)
    for (const each of oneShard)
      await world.given(due({ order_key: orderKey(MCHID, each), out_trade_no: each }))
    await sweep()
    expect(new Set(wechat.calls.map(([, asked]) => asked))).toEqual(new Set(oneShard))
    expect([measured('OrdersDriven'), measured('OldestDueUnpaidYoungSeconds')]).toEqual([[130], [0]])
  })

  it('lists on from where it was: what an index that lags behind still shows stands in nobody’s way', async () => {
    const { world, wechat } = await setUp({ queryOrder: async () => notPaid }, due())
    const asked: unknown[] = []
    const listDue: typeof world.orders.listDue = async (shard, { after, limit }) => {
      if (shard > 0) return { due: [], more: false }
      asked.push([limit > 1, after])
      return after === undefined ? { due: [DUE], more: true } : { due: [], more: false }
    }
    await createSweep({ ...world, orders: { ...world.orders, listDue }, channels: { wechat } })({})
    expect([wechat.calls.length, asked]).toEqual([
      1,
      [
        [true, undefined],
        [true, DUE],
        [false, undefined],
      ],
    ])
  })

  it('fails when the orders cannot be listed', async () => {
    const { world, wechat } = await setUp({})
    const listDue = async () => Promise.reject(new Error('throttled'))
    await expect(
      createSweep({ ...world, orders: { ...world.orders, listDue }, channels: { wechat } })({}),
    ).rejects.toThrow('throttled')
    expect(world.measured.map(([name]) => name)).not.toContain('SweepHeartbeat')
  })

  it('names the orders that it could not drive, with the error and without its words', async () => {
    const { world, sweep } = await setUp(
      { queryOrder: async () => Promise.reject(new Error('CANARY')) },
      due(),
    )
    await sweep()
    expect(world.logged[0]).toMatchObject({
      level: 'error',
      code: 'ORDER_NOT_DRIVEN',
      fields: { ...number, error_name: 'Error' },
    })
    expect(JSON.stringify(world.logged)).not.toContain('CANARY')
    const refused = await setUp(
      { queryOrder: async () => notPaid, closeOrder: failing('timeout') },
      due({ time_expire: '2026-03-01T11:55:00+08:00' }),
    )
    await refused.sweep()
    expect(refused.world.logged.find(({ code }) => code === 'ORDER_NOT_DRIVEN')).toMatchObject({
      fields: { error_code: 'wechat_unavailable' },
    })
  })

  it('says of an order that it is left for later when WeChat was given up in the middle of it', async () => {
    const { world, sweep } = await setUp(
      { queryOrder: async () => Promise.reject(new CircuitOpen('open')) },
      due(),
    )
    await sweep()
    expect(world.logged[0]).toMatchObject({ level: 'warn', code: 'ORDER_LEFT_FOR_LATER', fields: number })
  })

  it('ends between two pages of facts when its time is over, and goes on while it is not', async () => {
    const pages = async (signal: AbortSignal | undefined) => {
      let asked = 0
      const page = Array.from({ length: 100 }, () => ({ factKey: 'f', receivedAt: NOW, dueAt: NOW }))
      const facts = {
        listDue: async () => ({ facts: (asked += 1) > 16 * 3 ? [] : page, more: asked <= 16 * 3 }),
        oldestPending: async () => NOW,
        postpone: async () => true,
      }
      const report = await driveFacts(
        { facts, dispatcher: { dispatch: async () => {} }, clock: { now: () => NOW + 1000 } },
        signal,
      )
      return { asked, report }
    }
    expect((await pages(AbortSignal.abort())).asked).toBe(16)
    const whole = await pages(undefined)
    expect(whole.asked).toBe(64)
    expect(whole.report).toEqual({ dispatched: 4800, oldestSeconds: 1, seen: true, errors: [] })
  })
})
