import { describe, expect, it } from 'vitest'
import { orderKey } from '#shared/orders/order-key.ts'
import { paymentFactKey } from '#shared/facts/fact-key.ts'
import { createClose } from '#functions/close/close.ts'
import { createPrepay } from '#functions/prepay/prepay.ts'
import { createQuery } from '#functions/query/query.ts'
import { createQueryRefund } from '#functions/refund/query-refund.ts'
import type { Order } from '#shared/orders/order.ts'
import type { PaymentChannel } from '#shared/orders/payment-channel.ts'
import { failing, fakeWechat } from '#test/support/fake-wechat.ts'
import { fen } from '#shared/money.ts'
import { anOrder, APPID, MCHID, NOW, paidOrder } from '#test/support/orders.ts'
import { told } from '#test/support/sweeping.ts'
import { aWorld } from '#test/support/world.ts'

const own = async () => Promise.reject(new TypeError('own'))
const KEY = orderKey(MCHID, 'ORDER-0001')

async function setUp(answers: Partial<PaymentChannel>, ...orders: readonly Order[]) {
  const world = aWorld()
  for (const order of orders) await world.given(order)
  const deps = { ...world, channel: fakeWechat(answers) }
  const prepay = createPrepay({
    ...deps,
    appids: [APPID],
    notifyUrl: 'https://a.example/n',
    payParams: async () => undefined,
  })
  return {
    world,
    deps,
    close: createClose(deps),
    query: createQuery(deps),
    queryRefund: createQueryRefund(deps),
    prepay,
  }
}
const request = (changes: object = {}) => ({
  channel: 'native' as const,
  out_trade_no: 'ORDER-0001',
  description: 'tea',
  amount: { total: fen(100), currency: 'CNY' as const },
  ...changes,
})
async function refusal(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  )
}

describe('errors that are not WeChat’s', () => {
  it('pass through every operation as they are', async () => {
    const open = await setUp({ closeOrder: own, queryOrder: own, prepay: own }, anOrder())
    expect(await refusal(open.close('ORDER-0001', {}))).toBeInstanceOf(TypeError)
    expect(await refusal(open.query.byOutTradeNo('ORDER-0001', { refresh: true }))).toBeInstanceOf(TypeError)
    const fresh = await setUp({ prepay: own })
    expect(await refusal(fresh.prepay(request(), {}))).toBeInstanceOf(TypeError)
    const refund = {
      out_refund_no: 'R1',
      status: 'PROCESSING',
      amount: fen(1),
      created_at: NOW,
      updated_at: NOW,
    } as const
    const paid = await setUp({ queryRefund: own }, paidOrder({ refunds: { R1: refund } }))
    await paid.world.orders.claimRefundNumber(MCHID, 'R1', KEY)
    expect(await refusal(paid.queryRefund('R1', { refresh: false }))).toBeInstanceOf(TypeError)
  })
})

describe('a refusal names the field and the rule', () => {
  it('of a time to pay that is over', async () => {
    const { prepay } = await setUp({})
    const time_expire = '2026-03-01T12:00:00+08:00'
    const error = await refusal(prepay(request({ time_expire }), {}))
    expect(error).toMatchObject({
      code: 'invalid_request',
      message: 'time_expire must be in the future',
      fields: [{ field: 'time_expire', rule: 'must be in the future', received: 'string' }],
    })
  })

  it('of an application that is not configured', async () => {
    const { prepay } = await setUp({})
    const error = await refusal(prepay(request({ appid: 'wx1' }), {}))
    const rule = 'must be one of the configured appids'
    expect(error).toMatchObject({
      code: 'invalid_request',
      message: `appid ${rule}`,
      fields: [{ field: 'appid', rule, received: 'string' }],
    })
  })
})

describe('a prepay', () => {
  it('keeps attach and time_expire only when they were sent', async () => {
    const answers = { prepay: async () => ({ code_url: 'weixin://a' }) }
    const bare = await setUp(answers)
    await bare.prepay(request(), {})
    expect(Object.keys((await bare.world.orders.get(KEY))!)).not.toEqual(expect.arrayContaining(['attach']))
    const full = await setUp(answers)
    const sent = { attach: 'shelf 7', time_expire: '2026-03-01T13:00:00+08:00' }
    await full.prepay(request(sent), {})
    expect(await full.world.orders.get(KEY)).toMatchObject(sent)
  })

  it.each(['order_closed', 'already_paid', 'rate_limited'] as const)(
    'does not give the number free after %s',
    async (code) => {
      const { prepay, world } = await setUp({ prepay: failing(code, { certain: true, httpStatus: 400 }) })
      await refusal(prepay(request(), {}))
      expect((await world.orders.get(KEY))?.status).toBe('CREATED')
    },
  )
})

describe('a close', () => {
  it('closes an order that was only created, and keeps why WeChat refused another', async () => {
    const { close, world } = await setUp({ closeOrder: async () => {} }, anOrder({ status: 'CREATED' }))
    expect((await close('ORDER-0001', {})).status).toBe('CLOSED')
    expect((await world.facts.get(paymentFactKey(MCHID, 'ORDER-0001', 'CLOSED')))?.fact.source).toBe('close')
    const unknown = await setUp({ closeOrder: failing('not_found', { certain: true }) }, anOrder())
    expect(await refusal(unknown.close('ORDER-0001', {}))).toMatchObject({
      code: 'order_not_placed',
      cause: { code: 'not_found' },
    })
  })
})

describe('a query of a refund', () => {
  it('knows only what has a pointer, an order and a refund', async () => {
    const foreign = async () => ({ ...told, out_trade_no: 'ORDER-GONE' })
    const { queryRefund, world } = await setUp({ queryRefund: foreign }, paidOrder())
    const none = { code: 'refund_not_found' }
    expect(await refusal(queryRefund('R1', { refresh: true }))).toMatchObject(none)
    await world.orders.claimRefundNumber(MCHID, 'R1', KEY)
    expect(await refusal(queryRefund('R1', { refresh: true }))).toMatchObject(none)
    await world.orders.claimRefundNumber(MCHID, 'R2', `${MCHID}#ORDER-GONE`)
    expect(await refusal(queryRefund('R2', { refresh: true }))).toMatchObject(none)
  })
})

describe('a query of an order', () => {
  it('learns that it is placed from whatever WeChat tells, and only of one that was created', async () => {
    const told = (trade_state: 'NOTPAY' | 'USERPAYING') => ({
      queryOrder: async () => ({ appid: APPID, mchid: MCHID, out_trade_no: 'ORDER-0001', trade_state }),
    })
    const status = async (order: Order, state: 'NOTPAY' | 'USERPAYING') => {
      const { query, world } = await setUp(told(state), order)
      await query.byOutTradeNo('ORDER-0001', { refresh: true })
      const after = await world.orders.get(KEY)
      return [after?.status, after?.version]
    }
    expect(await status(anOrder({ status: 'CREATED' }), 'NOTPAY')).toEqual(['AWAITING_PAYMENT', 2])
    expect(await status(anOrder({ status: 'CREATED' }), 'USERPAYING')).toEqual(['AWAITING_PAYMENT', 2])
    expect(await status(anOrder(), 'NOTPAY')).toEqual(['AWAITING_PAYMENT', 1])
    expect(await status(paidOrder(), 'NOTPAY')).toEqual(['PAID', 1])
  })
})
