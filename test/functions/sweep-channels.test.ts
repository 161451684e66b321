import { expect, it } from 'vitest'
import { createSweep } from '#functions/sweep/sweep.ts'
import { alipayAccount } from '#shared/facts/account.ts'
import { orderKey } from '#shared/orders/order-key.ts'
import { failing, fakeWechat } from '#test/support/fake-wechat.ts'
import { due, notPaid, paid } from '#test/support/sweeping.ts'
import { aWorld } from '#test/support/world.ts'

const ACCOUNT = alipayAccount('2021000000000001')
const ofAlipay = (number: string) =>
  due({ order_key: orderKey(ACCOUNT, number), mchid: ACCOUNT, out_trade_no: number })

it('asks about each order where its money goes, also when the number is used at both', async () => {
  const world = aWorld()
  await world.given(due())
  await world.given(ofAlipay('ORDER-0001'))
  const wechat = fakeWechat({ queryOrder: async () => notPaid })
  const alipay = fakeWechat({ queryOrder: async () => ({ ...paid, mchid: ACCOUNT }) })
  await createSweep({ ...world, channels: { wechat, alipay } })({})
  expect([wechat.calls, alipay.calls]).toEqual([
    [['queryOrder', 'ORDER-0001']],
    [['queryOrder', 'ORDER-0001']],
  ])
  expect((await world.orders.get(orderKey(ACCOUNT, 'ORDER-0001')))?.status).toBe('PAID')
})

it('goes on with one channel while the other is not to be had', async () => {
  const world = aWorld()
  for (let index = 0; index < 40; index += 1) await world.given(ofAlipay(`ORDER-A${index}`))
  await world.given(due())
  const alipay = fakeWechat({ queryOrder: failing('timeout') })
  const wechat = fakeWechat({ queryOrder: async () => notPaid })
  await createSweep({ ...world, channels: { wechat, alipay } })({})
  expect(alipay.calls.length).toBeLessThan(30)
  expect(wechat.calls).toEqual([['queryOrder', 'ORDER-0001']])
})

it('leaves an order whose channel the stage no longer has, and drives the others', async () => {
  const world = aWorld()
  await world.given(ofAlipay('ORDER-A'))
  await world.given(due())
  const wechat = fakeWechat({ queryOrder: async () => notPaid })
  await createSweep({ ...world, channels: { wechat } })({})
  expect(wechat.calls).toHaveLength(1)
  expect(world.measured).toContainEqual(['OrdersNotDriven', 1])
})
