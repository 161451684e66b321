import { describe, expect, it } from 'vitest'
import { orderKey } from '#shared/orders/order-key.ts'
import { paymentFactKey } from '#shared/facts/fact-key.ts'
import { createClose } from '#functions/close/close.ts'
import { fen } from '#shared/money.ts'
import type { PaymentChannel } from '#shared/orders/payment-channel.ts'
import type { Transaction } from '#shared/facts/telling.ts'
import { failing, fakeWechat } from '#test/support/fake-wechat.ts'
import { anOrder, APPID, MCHID, paidOrder } from '#test/support/orders.ts'
import { aWorld } from '#test/support/world.ts'

const call = {}
const paid: Transaction = {
  appid: APPID,
  mchid: MCHID,
  out_trade_no: 'ORDER-0001',
  trade_state: 'SUCCESS',
  transaction_id: '4200',
  success_time: '2026-03-01T12:00:05+08:00',
  amount: { total: fen(1000), currency: 'CNY' },
}

async function setUp(answers: Partial<PaymentChannel>, order = anOrder()) {
  const world = aWorld()
  await world.given(order)
  const wechat = fakeWechat(answers)
  return { world, wechat, close: createClose({ ...world, channel: wechat }) }
}

describe('close', () => {
  it('closes at WeChat first, then records the fact and shows where it leads', async () => {
    const { world, close } = await setUp({ closeOrder: async () => {} })
    expect((await close('ORDER-0001', call)).status).toBe('CLOSED')
    expect(world.dispatched).toEqual([paymentFactKey(MCHID, 'ORDER-0001', 'CLOSED')])
    expect((await world.facts.get(world.dispatched[0]!))?.pending).toBe(true)
    expect((await world.orders.get(orderKey(MCHID, 'ORDER-0001')))?.status).toBe('CLOSED')
  })

  it('is answered from the store when it was closed before', async () => {
    const { wechat, close } = await setUp({}, anOrder({ status: 'CLOSED' }))
    expect((await close('ORDER-0001', call)).status).toBe('CLOSED')
    expect(wechat.calls).toEqual([])
  })

  it.each([
    ['PAID', 'order_already_paid'],
    ['REJECTED', 'order_not_placed'],
    ['UNRECOGNIZED', 'order_not_placed'],
  ] as const)('refuses an order that is %s', async (status, code) => {
    await expect(
      (await setUp({}, status === 'PAID' ? paidOrder() : anOrder({ status }))).close('ORDER-0001', call),
    ).rejects.toMatchObject({
      code,
    })
  })

  it('knows only our orders', async () => {
    await expect((await setUp({})).close('ORDER-0002', call)).rejects.toMatchObject({
      code: 'order_not_found',
    })
  })

  it.each(['already_paid', 'refused', 'order_closed'] as const)(
    'records the payment instead when the order was paid (%s)',
    async (code) => {
      const { world, close } = await setUp({
        closeOrder: failing(code, { certain: true, httpStatus: 400 }),
        queryOrder: async () => paid,
      })
      await expect(close('ORDER-0001', call)).rejects.toMatchObject({ code: 'order_already_paid' })
      expect(world.dispatched).toEqual([paymentFactKey(MCHID, 'ORDER-0001', 'SUCCESS')])
      expect((await world.facts.get(world.dispatched[0]!))?.fact.source).toBe('query')
    },
  )

  it('records CLOSED when the query says so', async () => {
    const { world, close } = await setUp({
      closeOrder: failing('order_closed', { certain: true }),
      queryOrder: async () => ({ ...paid, trade_state: 'CLOSED' }),
    })
    expect((await close('ORDER-0001', call)).status).toBe('CLOSED')
    expect(world.dispatched).toEqual([paymentFactKey(MCHID, 'ORDER-0001', 'CLOSED')])
  })

  it.each([
    ['timeout', {}, 'wechat_unavailable'],
    ['refused', { certain: true, httpStatus: 401 }, 'wechat_refused'],
    ['not_found', { certain: true }, 'order_not_placed'],
  ] as const)('promises nothing after %s', async (code, details, expected) => {
    const { world, close } = await setUp({ closeOrder: failing(code, details) })
    await expect(close('ORDER-0001', call)).rejects.toMatchObject({ code: expected })
    expect(world.dispatched).toEqual([])
  })

  it("tells WeChat's refusal when the query brings no news, and the failure of the query itself", async () => {
    const refusal = failing('refused', { certain: true, wechatCode: 'RULE_LIMIT' })
    const quiet = await setUp({
      closeOrder: refusal,
      queryOrder: async () => ({ ...paid, trade_state: 'NOTPAY' }),
    })
    await expect(quiet.close('ORDER-0001', call)).rejects.toMatchObject({
      code: 'wechat_refused',
      wechatCode: 'RULE_LIMIT',
    })
    const down = await setUp({ closeOrder: refusal, queryOrder: failing('timeout') })
    await expect(down.close('ORDER-0001', call)).rejects.toMatchObject({ code: 'wechat_unavailable' })
  })
})
