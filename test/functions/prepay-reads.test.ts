import { expect, it } from 'vitest'
import { createPrepay } from '#functions/prepay/prepay.ts'
import { parsePrepayRequest } from '#functions/prepay/schema.ts'
import { fakeWechat } from '#test/support/fake-wechat.ts'
import { APPID } from '#test/support/orders.ts'
import { aWorld } from '#test/support/world.ts'

it('reads nothing for a number that is new: whether one is there is asked by the write', async () => {
  const world = aWorld()
  const { orders } = world
  const reads: string[] = []
  const prepay = createPrepay({
    ...world,
    orders: { ...orders, get: async (key) => (reads.push(key), orders.get(key)) },
    appids: [APPID],
    notifyUrl: 'https://pay.example/wechatpay/notify/payment',
    channel: fakeWechat({ prepay: async () => ({ code_url: 'weixin://wxpay/bizpayurl?pr=1' }) }),
    payParams: async () => undefined,
  })
  const amount = { total: 1000 }
  const asked = { channel: 'native', out_trade_no: 'ORDER-0001', description: 'tea', amount }
  const ask = () => prepay(parsePrepayRequest(asked), { signal: new AbortController().signal })
  const { order } = await ask()
  expect([reads, order.status, order.version]).toEqual([[], 'AWAITING_PAYMENT', 2])
  expect(await ask()).toMatchObject({ order })
  expect(reads).toEqual([order.order_key])
})
