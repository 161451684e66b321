import { describe, expect, it } from 'vitest'
import { orderKey } from '#shared/orders/order-key.ts'
import { paymentFactKey } from '#shared/facts/fact-key.ts'
import { createQuery } from '#functions/query/query.ts'
import { fen } from '#shared/money.ts'
import type { PaymentChannel } from '#shared/orders/payment-channel.ts'
import type { Transaction } from '#shared/facts/telling.ts'
import { failing, fakeWechat } from '#test/support/fake-wechat.ts'
import { anOrder, APPID, MCHID, paidOrder } from '#test/support/orders.ts'
import { aWorld } from '#test/support/world.ts'

const paid: Transaction = {
  appid: APPID,
  mchid: MCHID,
  out_trade_no: 'ORDER-0001',
  trade_state: 'SUCCESS',
  transaction_id: '4200',
  success_time: '2026-03-01T12:00:05+08:00',
  amount: { total: fen(1000), currency: 'CNY' },
}
const KEY = orderKey(MCHID, 'ORDER-0001')
const lazily = { refresh: false }

async function setUp(answers: Partial<PaymentChannel>, order = anOrder()) {
  const world = aWorld()
  await world.given(order)
  const wechat = fakeWechat(answers)
  return { world, wechat, query: createQuery({ ...world, channel: wechat }) }
}

describe('query by out_trade_no', () => {
  it('heals an order whose notification was lost: the answer becomes a fact and shows', async () => {
    const { world, query } = await setUp({ queryOrder: async () => paid })
    expect(await query.byOutTradeNo('ORDER-0001', lazily)).toMatchObject({
      status: 'PAID',
      transaction_id: '4200',
    })
    expect(world.dispatched).toEqual([paymentFactKey(MCHID, 'ORDER-0001', 'SUCCESS')])
    expect((await world.facts.get(world.dispatched[0]!))?.fact).toMatchObject({ source: 'query' })
  })

  it('takes REFUND for a payment too', async () => {
    const { query } = await setUp({ queryOrder: async () => ({ ...paid, trade_state: 'REFUND' }) })
    expect((await query.byOutTradeNo('ORDER-0001', lazily)).status).toBe('PAID')
  })

  it('asks nobody about a final order unless told to', async () => {
    const { wechat, query, world } = await setUp(
      { queryOrder: async () => paid },
      paidOrder({ transaction_id: '4200' }),
    )
    await query.byOutTradeNo('ORDER-0001', lazily)
    expect(wechat.calls).toEqual([])
    await query.byOutTradeNo('ORDER-0001', { refresh: true })
    expect(wechat.calls).toEqual([['queryOrder', 'ORDER-0001', { refresh: true }]])
    // It tells what the order has already.
    expect(world.dispatched).toEqual([])
  })

  it('learns that WeChat has an order that a crash left CREATED', async () => {
    const { world, query } = await setUp(
      { queryOrder: async () => ({ ...paid, trade_state: 'NOTPAY' }) },
      anOrder({ status: 'CREATED' }),
    )
    expect((await query.byOutTradeNo('ORDER-0001', lazily)).status).toBe('AWAITING_PAYMENT')
    expect(await world.orders.get(KEY)).toMatchObject({ status: 'AWAITING_PAYMENT', version: 2 })
  })

  it.each(['NOTPAY', 'USERPAYING', 'PAYERROR', 'REVOKED'] as const)(
    'writes nothing for %s',
    async (trade_state) => {
      const { world, query } = await setUp({ queryOrder: async () => ({ ...paid, trade_state }) })
      expect((await query.byOutTradeNo('ORDER-0001', lazily)).status).toBe('AWAITING_PAYMENT')
      expect([world.dispatched, (await world.orders.get(KEY))?.version]).toEqual([[], 1])
    },
  )

  it('answers our own order when WeChat does not know it', async () => {
    const { query } = await setUp(
      { queryOrder: failing('not_found', { certain: true }) },
      anOrder({ status: 'CREATED' }),
    )
    expect((await query.byOutTradeNo('ORDER-0001', lazily)).status).toBe('CREATED')
  })

  it('shows a hold when WeChat tells another amount', async () => {
    const { query } = await setUp({
      queryOrder: async () => ({ ...paid, amount: { total: fen(1), currency: 'CNY' } }),
    })
    expect(Object.values((await query.byOutTradeNo('ORDER-0001', lazily)).holds)).toEqual(['amount_differs'])
  })

  it('fails clearly', async () => {
    await expect((await setUp({})).query.byOutTradeNo('ORDER-0009', lazily)).rejects.toMatchObject({
      code: 'order_not_found',
    })
    await expect(
      (await setUp({ queryOrder: failing('server_error') })).query.byOutTradeNo('ORDER-0001', lazily),
    ).rejects.toMatchObject({ code: 'wechat_unavailable' })
  })
})

describe('query by transaction_id', () => {
  it('finds our order through WeChat', async () => {
    const { wechat, query } = await setUp({ queryTransaction: async () => paid })
    expect(await query.byTransactionId('4200', {})).toMatchObject({
      out_trade_no: 'ORDER-0001',
      status: 'PAID',
    })
    expect(wechat.calls[0]).toEqual(['queryTransaction', '4200', {}])
  })

  it('knows neither foreign transactions nor foreign orders', async () => {
    await expect(
      (await setUp({ queryTransaction: failing('not_found', { certain: true }) })).query.byTransactionId(
        '1',
        {},
      ),
    ).rejects.toMatchObject({ code: 'order_not_found' })
    const foreign = await setUp({ queryTransaction: async () => ({ ...paid, out_trade_no: 'OTHER-1' }) })
    await expect(foreign.query.byTransactionId('1', {})).rejects.toMatchObject({ code: 'order_not_found' })
    expect(foreign.world.dispatched).toEqual([])
  })
})
