/** The example shop in this process, before an API that answers as it is told. */
import { WechatPayments } from 'wechatpay-lambda-client'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startApi } from '#test/client/api-server.ts'
import { ordersInMemory } from '../../examples/shop/orders.ts'
import { createShop } from '../../examples/shop/shop.ts'
import type { Shop } from '../../examples/shop/shop.ts'

const CODE = 'weixin://wxpay/bizpayurl?pr=abc'
const PAYER = 'http://127.0.0.1:1/_payer'
let api: Awaited<ReturnType<typeof startApi>>
let shop: Shop

beforeAll(async () => {
  api = await startApi()
})
beforeEach(() => {
  const credentials = { accessKeyId: 'id', secretAccessKey: 'canary-secret' }
  const pay = new WechatPayments({ url: api.url, region: 'us-east-1', credentials, retries: 0 })
  shop = createShop({ pay, orders: ordersInMemory(), payerUrl: PAYER })
})
afterAll(() => api.stop())

const ask = (method: string, path: string): Promise<Response> =>
  shop.answer(new Request(new URL(path, 'http://shop.test'), { method }))
const textOf = async (path: string): Promise<string> => (await ask('GET', path)).text()

/** Buys a tea. @returns the address of its order. */
async function bought(): Promise<string> {
  api.answerWith({ status: 200, body: { code_url: CODE } })
  const answer = await ask('POST', '/orders')
  expect(answer.status).toBe(303)
  return answer.headers.get('location')!
}

function told(path: string, type: string, version: number) {
  const number = path.replace('/orders/', '')
  return {
    specversion: '1.0',
    id: `${type}#${number}`,
    source: '/wechatpay/1900000109',
    type,
    subject: number,
    time: '2026-11-21T01:05:50.782Z',
    data: { mchid: '1900000109', out_trade_no: number, order_version: version },
  }
}

describe('the example shop', () => {
  it('sells a tea: places the order, shows its code, and says when it is paid', async () => {
    expect(await textOf('/')).toContain('¥1.00')
    const path = await bought()
    const [placed] = api.sent
    expect(JSON.parse(placed!.body)).toMatchObject({ channel: 'native', amount: { total: 100 } })
    expect(path).toBe(`/orders/${JSON.parse(placed!.body).out_trade_no}`)
    const unpaid = await textOf(path)
    expect(unpaid).toContain('<svg')
    expect(unpaid).toContain(`${PAYER}?code_url=${encodeURIComponent(CODE)}`)
    expect(unpaid).not.toContain('/refund')

    await shop.hear({ Body: JSON.stringify(told(path, 'payment.succeeded', 2)) })
    expect(await (await ask('GET', `${path}/standing`)).json()).toEqual({ standing: 'paid' })
    const paid = await textOf(path)
    expect(paid).toContain(`action="${path}/refund"`)
    expect(paid).not.toContain('<svg')
  })

  it('takes it back under one refund number, however often it is asked', async () => {
    const path = await bought()
    await shop.hear(told(path, 'payment.succeeded', 2))
    api.answerWith({ status: 503, body: 'gateway' }, { status: 200, body: { status: 'PROCESSING' } })
    expect((await ask('POST', `${path}/refund`)).status).toBe(502)
    expect((await ask('POST', `${path}/refund`)).status).toBe(303)
    const numbers = api.sent.map(({ body }) => JSON.parse(body).out_refund_no as string)
    expect(numbers).toEqual([numbers[0], numbers[0]])
    expect(await textOf(path)).toContain('class="refunding"')
    await shop.hear(told(path, 'refund.succeeded', 4))
    expect(await textOf(path)).toContain('class="refunded"')
  })

  it('ends in the same state in whichever order events come, and however often', async () => {
    const path = await bought()
    const events = [
      told(path, 'payment.succeeded', 2),
      told(path, 'refund.created', 3),
      told(path, 'refund.succeeded', 4),
    ]
    for (const event of [...events.toReversed(), ...events]) await shop.hear(event)
    expect(await textOf(path)).toContain('class="refunded"')
  })

  it('passes over events of other systems, and refuses what is no event', async () => {
    await shop.hear(told('/orders/OTHER-1', 'payment.succeeded', 2))
    expect((await ask('GET', '/orders/OTHER-1')).status).toBe(404)
    await expect(shop.hear({ Body: 'hello' })).rejects.toThrow(TypeError)
  })

  it('says what the API said, and nothing of the keys', async () => {
    api.answerWith({ status: 503, body: { code: 'wechat_unavailable', action: '<b>repeat</b>' } })
    const answer = await ask('POST', '/orders')
    const text = await answer.text()
    expect([answer.status, text]).toEqual([502, expect.stringContaining('wechat_unavailable')])
    expect(text).toContain('&#60;b&#62;')
    expect(text).not.toContain('canary')
  })

  it.each([
    ['GET', '/orders/TEA000000000000000000000000'],
    ['POST', '/orders/TEA000000000000000000000000/refund'],
    ['DELETE', '/'],
  ])('has nothing at %s %s', async (method, path) => {
    expect((await ask(method, path)).status).toBe(404)
  })

  it('allows nothing from elsewhere in its pages', async () => {
    expect((await ask('GET', '/')).headers.get('content-security-policy')).toContain("default-src 'self'")
  })
})
