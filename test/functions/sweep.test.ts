import { describe, expect, it } from 'vitest'
import { orderKey } from '#shared/orders/order-key.ts'
import { createSweep } from '#functions/sweep/sweep.ts'
import { failing, fakeWechat } from '#test/support/fake-wechat.ts'
import { MCHID, NOW } from '#test/support/orders.ts'
import { aWorld } from '#test/support/world.ts'
import { MINUTE, setUp, due, notPaid, refunding, told } from '#test/support/sweeping.ts'

describe('a run', () => {
  const many = (count: number) =>
    Array.from({ length: count }, (_, index) =>
      due({ order_key: orderKey(MCHID, `ORDER-${1000 + index}`), out_trade_no: `ORDER-${1000 + index}` }),
    )

  it('gives an order to one of two drivers', async () => {
    const { sweep, calls } = await setUp({ queryOrder: async () => notPaid }, due())
    await Promise.all([sweep(), sweep(), sweep()])
    expect(calls()).toEqual(['queryOrder'])
  })

  it('goes on after an order that fails', async () => {
    let count = 0
    const queryOrder = async () => {
      if ((count += 1) === 2) throw new Error('broken')
      return notPaid
    }
    const { sweep, measured } = await setUp({ queryOrder }, ...many(6))
    await sweep()
    expect([measured('OrdersDriven'), measured('OrdersNotDriven'), measured('SweepHeartbeat')]).toEqual([
      [5],
      [1],
      [1],
    ])
  })

  it('stops calling when WeChat is not to be had; the rest stays due', async () => {
    const { world, sweep, calls, measured } = await setUp(
      { queryOrder: failing('server_error') },
      ...many(60),
    )
    await sweep()
    expect(calls().length).toBeLessThan(30)
    expect(measured('WechatCircuitOpen')).toEqual([1])
    expect(world.logged.at(-1)).toMatchObject({ code: 'SWEPT', fields: { outcome: 'circuit_open' } })
    const left = await Promise.all(
      Array.from({ length: 16 }, (_, shard) => world.orders.listDue(shard, { now: NOW, limit: 100 })),
    )
    expect(left.flatMap(({ due: still }) => still).length).toBeGreaterThan(20)
  })

  it('asks about refunds while they are paused and sends none, and counts the switch in every run', async () => {
    const unknown = failing('not_found', { certain: true, httpStatus: 404 })
    const { world, sweep, calls, measured, order } = await setUp(
      { queryRefund: unknown, createRefund: async () => told },
      refunding({ status: 'UNKNOWN' }),
    )
    world.switchedOn.add('refunds')
    await sweep()
    expect([calls(), (await order()).refunds['R1']?.status]).toEqual([['queryRefund'], 'UNKNOWN'])
    world.switchedOn.clear()
    world.time.now += 5 * MINUTE
    await sweep()
    expect(calls()).toEqual(['queryRefund', 'queryRefund', 'createRefund'])
    expect(measured('SwitchesOn')).toEqual([1, 0])
  })

  it('stops when its time is over', async () => {
    const world = aWorld()
    await world.given(due())
    const wechat = fakeWechat({})
    await createSweep({ ...world, channels: { wechat } })({ signal: AbortSignal.abort() })
    expect(wechat.calls).toEqual([])
  })
})
