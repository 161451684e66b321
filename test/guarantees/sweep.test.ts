import { describe, expect, it } from 'vitest'
import { PENDING_SHARDS } from '#shared/facts/fact-store.ts'
import { orderKey } from '#shared/orders/order-key.ts'
import { DUE_SHARDS } from '#shared/orders/order-store.ts'
import { shardOf } from '#shared/stores/shard.ts'
import { MCHID } from '#test/support/orders.ts'
import { due, MINUTE, notPaid, refunding, setUp, told } from '#test/support/sweeping.ts'

const DAY = 24 * 60 * MINUTE

describe('a sweep that did not run for a day', () => {
  it('takes up refunds among the first, however long and however many others have been due', async () => {
    const numbers = Array.from({ length: 40 }, (_, index) => `UNPAID-${1000 + index}`)
    const unpaid = numbers.map((out_trade_no) =>
      due({ out_trade_no, order_key: orderKey(MCHID, out_trade_no), next_check_at: 1 }),
    )
    const refunds = refunding({ status: 'PROCESSING' }, { status: 'UNKNOWN' })
    const { world, sweep, calls, measured } = await setUp(
      { queryOrder: async () => notPaid, queryRefund: async (out_refund_no) => ({ ...told, out_refund_no }) },
      ...unpaid,
      refunds,
    )
    world.time.now += DAY
    await sweep()
    expect(calls().slice(0, 3)).toContain('queryRefund')
    expect(measured('OrdersDriven')).toEqual([41])
  })
})

describe('what is due', () => {
  it('is spread over 16 shards of each class, evenly', () => {
    const counts = Object.values(DUE_SHARDS).map((shards) => shards.length)
    expect([PENDING_SHARDS, ...counts]).toEqual([16, 16, 16, 16, 16])
    const shards = new Map<string, number>()
    for (let index = 0; index < 1600; index += 1) {
      const shard = shardOf(orderKey(MCHID, `ORDER-${index}`), 16)
      shards.set(shard, (shards.get(shard) ?? 0) + 1)
    }
    expect(shards.size).toBe(16)
    expect(Math.max(...shards.values())).toBeLessThan(200)
  })
})
