/** Cases of the ledger that take an operation to play, by their numbers. */
import { describe, expect, it } from 'vitest'
import { createQuery } from '#functions/query/query.ts'
import { createPrepay } from '#functions/prepay/prepay.ts'
import { parsePrepayRequest } from '#functions/prepay/schema.ts'
import { createQueryRefund } from '#functions/refund/query-refund.ts'
import { createRefund } from '#functions/refund/refund.ts'
import { parseRefundRequest } from '#functions/refund/schema.ts'
import { createSettle } from '#functions/settle/settle.ts'
import { orderView } from '#shared/api/order-view.ts'
import { fen } from '#shared/money.ts'
import { orderKey } from '#shared/orders/order-key.ts'
import type { Order } from '#shared/orders/order.ts'
import type { PaymentChannel } from '#shared/orders/payment-channel.ts'
import { failing, fakeWechat } from '#test/support/fake-wechat.ts'
import { anOrder, APPID, MCHID, NOW, paidOrder, paymentFact, refundFact } from '#test/support/orders.ts'
import { paid, told } from '#test/support/sweeping.ts'
import { aWorld } from '#test/support/world.ts'

const KEY = orderKey(MCHID, 'ORDER-0001')

async function stage(answers: Partial<PaymentChannel>, ...orders: readonly Order[]) {
  const world = aWorld()
  for (const order of orders) await world.given(order)
  const wechat = fakeWechat(answers)
  const deps = { ...world, channel: wechat, notifyUrl: 'https://pay.example/n' }
  const settle = createSettle(world)
  return {
    world,
    wechat,
    query: createQuery(deps),
    refund: createRefund(deps),
    queryRefund: createQueryRefund(deps),
    prepay: createPrepay({ ...deps, appids: [APPID], payParams: async () => undefined }),
    settleAll: async () => {
      for (const key of world.dispatched.splice(0)) await settle(key)
    },
    stored: async (key = KEY) => (await world.orders.get(key))!,
  }
}

describe('case 14: a payment is on its way to its order, and a query tells another one', () => {
  it('the answer knows both: held, and the refund that is sent at once is refused', async () => {
    const { world, query, refund, stored } = await stage({ queryOrder: async () => paid }, anOrder())
    await world.facts.put(paymentFact({ transaction_id: '42_FIRST' }))
    const answer = await query.byOutTradeNo('ORDER-0001', { refresh: true })
    expect(orderView(answer)).toMatchObject({
      status: 'PAID',
      held: true,
      refundable: 0,
      holds: [{ hold: 'payment_conflict' }],
      payments: [{ transaction_id: '4200' }, { transaction_id: '42_FIRST' }],
    })
    expect(await stored()).toEqual(answer)
    const request = parseRefundRequest({ out_refund_no: 'R1', amount: { refund: 1 } })
    await expect(refund('ORDER-0001', request, {})).rejects.toMatchObject({ code: 'order_held' })
  })
})

describe('case 16: a refund that was made elsewhere is asked for by its number', () => {
  it('is recorded, and counts from then on', async () => {
    const elsewhere = { ...told, out_refund_no: 'C1', status: 'SUCCESS' }
    const { world, queryRefund, settleAll, stored } = await stage(
      { queryRefund: async () => elsewhere },
      paidOrder(),
    )
    const { refund } = await queryRefund('C1', { refresh: false })
    expect(refund).toMatchObject({ status: 'SUCCESS', amount: 300 })
    expect(await stored()).toMatchObject({ refundable: 700, holds: {} })
    await settleAll()
    expect(await world.orders.findByRefundNumber(MCHID, 'C1')).toBe(KEY)
    expect(world.published.map(({ type }) => type)).toEqual(['refund.succeeded'])
  })
})

describe('case 17: a prepay of unknown outcome, then WeChat says that the number is used', () => {
  const request = parsePrepayRequest({
    channel: 'native',
    out_trade_no: 'ORDER-0001',
    description: 'tea',
    amount: { total: 1000 },
  })

  it('WeChat has the order: it is not REJECTED, and is watched', async () => {
    let answer = failing('timeout')
    const { prepay, stored } = await stage({ prepay: () => answer() })
    await expect(prepay(request, {})).rejects.toMatchObject({ code: 'wechat_unavailable' })
    answer = failing('number_used', { certain: true, httpStatus: 400, wechatCode: 'OUT_TRADE_NO_USED' })
    await expect(prepay(request, {})).rejects.toMatchObject({ code: 'order_number_used' })
    expect(await stored()).toMatchObject({ status: 'AWAITING_PAYMENT', next_check_at: NOW + 5000 })
  })

  it('nor is it REJECTED by another refusal: WeChat may have what it was sent first', async () => {
    let answer = failing('timeout')
    const { prepay, stored } = await stage({ prepay: () => answer() })
    await prepay(request, {}).catch(() => {})
    answer = failing('refused', { certain: true, httpStatus: 403, wechatCode: 'NO_AUTH' })
    await expect(prepay(request, {})).rejects.toMatchObject({ code: 'wechat_refused' })
    expect((await stored()).status).toBe('CREATED')
  })

  it('case 18: a REJECTED number of which a payment is stored, settled or not, is not free', async () => {
    const { world, prepay, settleAll } = await stage(
      { prepay: async () => ({ code_url: 'weixin://a' }) },
      anOrder({ status: 'REJECTED' }),
    )
    await world.facts.put(paymentFact())
    const other = { ...request, amount: { total: fen(5), currency: 'CNY' as const } }
    await expect(prepay(other, {})).rejects.toMatchObject({ code: 'order_number_used' })
    world.dispatched.push(paymentFact().fact_key)
    await settleAll()
    await expect(prepay(other, {})).rejects.toMatchObject({ code: 'order_held' })
  })

  it('a payment that was made before its number was used again belongs to the earlier use', async () => {
    const { world, prepay, settleAll, stored } = await stage(
      { prepay: async () => ({ code_url: 'weixin://a' }) },
      anOrder({ status: 'REJECTED' }),
    )
    world.time.now += 60 * 60_000
    await prepay(request, {})
    await world.facts.put(paymentFact())
    world.dispatched.push(paymentFact().fact_key)
    await settleAll()
    expect(await stored()).toMatchObject({ holds: { order_rejected: 'order_rejected' } })
  })
})

describe('case 19: a refund that lost the race for what was left', () => {
  it('is refused, and its number works for another order', async () => {
    const second = paidOrder({ order_key: orderKey(MCHID, 'ORDER-0002'), out_trade_no: 'ORDER-0002' })
    const { world, refund, stored } = await stage({ createRefund: async () => told }, paidOrder(), second)
    const claim = world.orders.claimRefundNumber.bind(world.orders)
    let raced = false
    // Between the first look and the reservation somebody else takes everything.
    world.orders.claimRefundNumber = async (...args) => {
      const holder = await claim(...args)
      if (!raced) {
        raced = true
        const taken = refundFact('OTHER', 'SUCCESS', 1000)
        await world.facts.put(taken)
        await createSettle(world)(taken.fact_key)
      }
      return holder
    }
    const request = parseRefundRequest({ out_refund_no: 'R1', amount: { refund: 300 } })
    await expect(refund('ORDER-0001', request, {})).rejects.toMatchObject({
      code: 'refund_exceeds_refundable',
    })
    expect(await world.orders.findByRefundNumber(MCHID, 'R1')).toBeUndefined()
    const done = await refund('ORDER-0002', request, {})
    expect(done.refund.status).toBe('PROCESSING')
    expect((await stored(second.order_key)).refundable).toBe(700)
  })
})
