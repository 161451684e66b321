/** Containers' clocks differ: what is told later counts as later, whoever heard the other of it. */
import { expect, it } from 'vitest'
import { createQuery } from '#functions/query/query.ts'
import { fakeWechat } from '#test/support/fake-wechat.ts'
import { paidOrder } from '#test/support/orders.ts'
import { MINUTE, paid } from '#test/support/sweeping.ts'
import { aWorld } from '#test/support/world.ts'

it('a state that follows a payment holds its order, and a known one releases it, though every clock lags behind the last', async () => {
  const world = aWorld()
  await world.given(paidOrder({ transaction_id: paid.transaction_id! }))
  let trade_state = 'REVERSED'
  const wechat = fakeWechat({ queryOrder: async () => ({ ...paid, trade_state }) })
  const query = () => createQuery({ ...world, channel: wechat }).byOutTradeNo('ORDER-0001', { refresh: true })
  world.time.now -= 4 * MINUTE
  expect((await query()).holds).toEqual({ trade_state_unknown: 'trade_state_unknown' })
  trade_state = 'SUCCESS'
  world.time.now -= 1 * MINUTE
  expect((await query()).holds).toEqual({})
  trade_state = 'REVERSED'
  expect((await query()).holds).toEqual({ trade_state_unknown: 'trade_state_unknown' })
})
