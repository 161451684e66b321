import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startFlow } from '#test/support/flow.ts'
import type { Flow } from '#test/support/flow.ts'
import { givenAssembly } from '#test/support/given-assembly.ts'
import { storedFacts } from '#test/support/stored.ts'

let flow: Flow
beforeAll(async () => {
  flow = await startFlow({ assembly: await givenAssembly() })
})
afterAll(() => flow?.stop())

const openid = 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o'
const scene = { payer_client_ip: '14.23.150.211', h5_info: { type: 'Wap' } }

/** What each payment method asks for beside the common fields, and how its payer gets to the cashier. */
const METHODS: readonly {
  method: string
  extra: object
  open: (body: Readonly<Record<string, unknown>>) => Promise<{ out_trade_no: string }>
}[] = [
  {
    method: 'jsapi',
    extra: { payer: { openid } },
    open: ({ pay_params }) => flow.wechat.invoke(pay_params as Record<string, string>),
  },
  {
    method: 'app',
    extra: {},
    open: ({ pay_params }) => flow.wechat.invoke(pay_params as Record<string, string>),
  },
  {
    method: 'h5',
    extra: { scene_info: scene },
    open: ({ h5_url }) => flow.wechat.open({ h5_url: String(h5_url) }),
  },
  { method: 'native', extra: {}, open: ({ code_url }) => flow.wechat.open({ code_url: String(code_url) }) },
]

describe('a payment, from prepay to the event', () => {
  it.each(METHODS)('by $method', async ({ method, extra, open }) => {
    const out_trade_no = `METHOD-${method}`
    const request = {
      channel: method,
      out_trade_no,
      description: '一壶茶',
      amount: { total: 880 },
      attach: 'table 4',
    }
    const { status, body } = await flow.merchant.post('/v1/payments', { ...request, ...extra })
    expect([status, body['status']]).toEqual([200, 'AWAITING_PAYMENT'])

    // WeChat's own client accepts what the merchant's page or app hands to it, signature included.
    expect((await open(body)).out_trade_no).toBe(out_trade_no)
    await flow.wechat.pay({ out_trade_no, coupon: 80 })

    const event = await flow.merchant.event(flow.paymentKey(out_trade_no))
    expect(event.type).toBe('payment.succeeded')
    expect(event.data).toMatchObject({
      mchid: flow.mchid,
      out_trade_no,
      trade_state: 'SUCCESS',
      attach: 'table 4',
      amount: { total: 880, payer_total: 800, currency: 'CNY' },
    })
    expect(event.text).not.toContain(openid)
    expect(await flow.order(out_trade_no)).toMatchObject({ status: 'PAID', refundable: 880 })
  })

  it.each([
    ['text', 'text'],
    ['base64', 'base64'],
  ] as const)('with bodies that reach the functions as %s', async (_, encoding) => {
    flow.stack.setBodyEncoding(encoding)
    const event = await flow.paid(`ENCODED-${encoding}`, 25)
    expect(event.data).toMatchObject({ amount: { total: 25 } })
    const { attempts } = await flow.wechat.waitForNotification({ out_trade_no: `ENCODED-${encoding}` })
    expect(attempts.map(({ status }) => status)).toEqual([204])
    flow.stack.setBodyEncoding('auto')
  })
})

describe('query', () => {
  it('finds an order by its own number and by the transaction number of WeChat', async () => {
    const { data } = await flow.paid('QUERY-BOTH', 500)
    const byNumber = await flow.merchant.get('/v1/payments/QUERY-BOTH')
    const byTransaction = await flow.merchant.get(
      `/v1/payments/transaction/${String(data['transaction_id'])}`,
    )
    expect(byNumber.body).toMatchObject({ status: 'PAID', amount: { total: 500 }, held: false })
    expect(byTransaction).toEqual(byNumber)
  })

  it('learns of a payment whose notification was lost, and the event follows', async () => {
    await flow.place('QUERY-LOST', 77)
    await flow.wechat.addFault({ kind: 'drop', match: { out_trade_no: 'QUERY-LOST' } })
    await flow.wechat.pay({ out_trade_no: 'QUERY-LOST' })
    expect((await flow.merchant.get('/v1/payments/QUERY-LOST')).body['status']).toBe('PAID')
    expect((await flow.merchant.event(flow.paymentKey('QUERY-LOST'))).type).toBe('payment.succeeded')
  })

  it('goes on with the trace of its caller, as far as settle and the event', async () => {
    const trace_id = '4bf92f3577b34da6a3ce929d0e0e4736'
    const headers = { traceparent: `00-${trace_id}-00f067aa0ba902b7-01`, 'x-request-id': 'caller-7' }
    await flow.place('QUERY-TRACED', 77)
    await flow.wechat.addFault({ kind: 'drop', match: { out_trade_no: 'QUERY-TRACED' } })
    await flow.wechat.pay({ out_trade_no: 'QUERY-TRACED' })
    expect((await fetch(`${flow.stack.apiUrl}/v1/payments/QUERY-TRACED`, { headers })).status).toBe(200)
    const settled = await flow.stack.logs.waitFor(
      ({ line }) => line.includes('FACT_SETTLED') && line.includes('QUERY-TRACED'),
    )
    expect(JSON.parse(settled.line)).toMatchObject({ trace_id, x_request_id: 'caller-7' })
    const fact = (await storedFacts(flow.stack)).find(
      ({ fact_key }) => fact_key === flow.paymentKey('QUERY-TRACED'),
    )
    // It goes with the delivery.
    expect(fact).toMatchObject({ source: 'query' })
    expect(Object.keys(fact!)).not.toEqual(expect.arrayContaining(['traceparent']))
    const { text } = await flow.merchant.event(flow.paymentKey('QUERY-TRACED'))
    expect(JSON.parse(text)).toMatchObject({
      traceparent: expect.stringContaining(trace_id),
      xrequestid: 'caller-7',
    })
    const asked = flow.stack.logs.lines(flow.stack.description.functions['query'])
    expect(asked.filter((line) => line.includes(trace_id)).map((line) => JSON.parse(line).code)).toContain(
      'COMPLETED',
    )
  })

  it('answers 404 for what WeChat does not know either', async () => {
    const byNumber = await flow.merchant.get('/v1/payments/NOBODY-1')
    const byTransaction = await flow.merchant.get('/v1/payments/transaction/4200000000000000000000000000')
    expect([byNumber, byTransaction].map(({ status, body }) => [status, body['code']])).toEqual([
      [404, 'order_not_found'],
      [404, 'order_not_found'],
    ])
  })
})

describe('close', () => {
  it('closes an unpaid order at WeChat and publishes it; nobody can pay it any more', async () => {
    await flow.place('CLOSE-UNPAID')
    const { status, body } = await flow.merchant.post('/v1/payments/CLOSE-UNPAID/close', {})
    expect([status, body['status']]).toEqual([200, 'CLOSED'])
    expect((await flow.merchant.event(flow.paymentKey('CLOSE-UNPAID', 'CLOSED'))).type).toBe('payment.closed')
    await expect(flow.wechat.pay({ out_trade_no: 'CLOSE-UNPAID' })).rejects.toThrow('the order is closed')
    expect(await flow.order('CLOSE-UNPAID')).toMatchObject({ status: 'CLOSED' })
  })

  it('finds out that the order was paid meanwhile, and records the payment instead', async () => {
    await flow.place('CLOSE-PAID')
    await flow.wechat.addFault({ kind: 'drop', match: { out_trade_no: 'CLOSE-PAID' } })
    await flow.wechat.pay({ out_trade_no: 'CLOSE-PAID' })
    const { status, body } = await flow.merchant.post('/v1/payments/CLOSE-PAID/close', {})
    expect([status, body['code']]).toEqual([409, 'order_already_paid'])
    expect((await flow.merchant.event(flow.paymentKey('CLOSE-PAID'))).type).toBe('payment.succeeded')
  })
})
