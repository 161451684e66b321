/** The sweep at the wire: its own client, budget and turn, in virtual time. */
import { describe, expect, it } from 'vitest'
import { createSweep } from '#functions/sweep/sweep.ts'
import { createTurn } from '#functions/sweep/turn.ts'
import { orderKey } from '#shared/orders/order-key.ts'
import { memoryLease } from '#test/support/memory-lease.ts'
import { MCHID } from '#test/support/orders.ts'
import { due } from '#test/support/sweeping.ts'
import { virtualTime } from '#test/support/virtual-time.ts'
import { virtualWire } from '#test/support/virtual-wire.ts'
import { aWorld } from '#test/support/world.ts'

const MANY = Array.from({ length: 160 }, (_, index) => `ORDER-${1000 + index}`)

/** Runs that begin at once, each in a container of its own. */
async function runsAtOnce(count: number, fails: (index: number) => boolean) {
  const world = aWorld()
  for (const number of MANY)
    await world.given(due({ order_key: orderKey(MCHID, number), out_trade_no: number }))
  const { pause, run } = virtualTime(world.time)
  const wire = virtualWire({ ...world, pause }, { latencyMs: 80, fails })
  const lease = memoryLease()
  const sweeps = Array.from({ length: count }, () => {
    const { budget, wechat } = wire.container()
    const ports = { ...world, pause, channels: { wechat } }
    return createSweep({ ...ports, turn: createTurn({ ...ports, budget, lease }) })({})
  })
  await run(Promise.all(sweeps))
  return wire
}

describe('ledger case 25: of calls that WeChat answers 500, fewer than 6 fall into any second', () => {
  it.each([
    ['all', () => true],
    ['half', (index: number) => index % 2 === 0],
    ['a third', (index: number) => index % 3 === 0],
    ['all from one moment on, while all was well before,', (index: number) => index > 60],
  ] as const)('%s of them fail, in one run and in three at once', async (_, fails) => {
    for (const runs of [1, 3]) {
      const wire = await runsAtOnce(runs, fails)
      expect(wire.exchanges.length).toBeGreaterThan(12)
      expect(wire.mostFailures()).toBeGreaterThan(1)
      expect(wire.mostFailures()).toBeLessThan(6)
    }
  })

  it('asks once in a run for what it cannot learn: the next run is the retry', async () => {
    const { exchanges } = await runsAtOnce(1, (index) => index % 2 === 0)
    const asked = exchanges.map(({ outTradeNo }) => outTradeNo)
    expect(new Set(asked).size).toBe(asked.length)
  })
})
