import { describe, expect, it } from 'vitest'
import { orderKey } from '#shared/orders/order-key.ts'
import { createPrepay } from '#functions/prepay/prepay.ts'
import { parsePrepayRequest } from '#functions/prepay/schema.ts'
import { fen } from '#shared/money.ts'
import type { PrepayResult } from '#shared/orders/payment-channel.ts'
import { digestOf } from '#shared/ledger/digest.ts'
import { failing, fakeWechat } from '#test/support/fake-wechat.ts'
import { APPID, MCHID, NOW, paymentFact, closedFact, anOrder } from '#test/support/orders.ts'
import { applyFact } from '#shared/orders/apply-fact.ts'
import { changed } from '#shared/orders/changed.ts'
import type { Order } from '#shared/orders/order.ts'
import { aWorld } from '#test/support/world.ts'

const KEY = orderKey(MCHID, 'ORDER-0001')
const request = parsePrepayRequest({
  channel: 'native',
  out_trade_no: 'ORDER-0001',
  description: 'tea',
  amount: { total: 1000 },
})
const call = { signal: new AbortController().signal }

function setUp(prepay: () => Promise<PrepayResult>, world = aWorld()) {
  const wechat = fakeWechat({ prepay })
  const operation = createPrepay({
    ...world,
    appids: [APPID, 'wxsecond'],
    notifyUrl: 'https://pay.example/wechatpay/notify/payment',
    channel: wechat,
    payParams: async () => undefined,
  })
  return { world, wechat, prepay: operation }
}
const rejected = (order: Order) =>
  changed(order, { books: { ours: { ...order.books.ours, placing: 'REJECTED', rejected_code: 'X' } } }, NOW)
const good = async () => ({ code_url: 'weixin://wxpay/bizpayurl?pr=1' })

describe('prepay', () => {
  it('begins nothing and hands nothing out while payments are paused', async () => {
    const { world, wechat, prepay } = setUp(good)
    world.switchedOn.add('prepay')
    await expect(prepay(request, call)).rejects.toMatchObject({ code: 'prepay_paused' })
    expect([await world.orders.get(KEY), wechat.calls]).toEqual([undefined, []])
    world.switchedOn.clear()
    await prepay(request, call)
    world.switchedOn.add('prepay')
    await expect(prepay(request, call)).rejects.toMatchObject({ code: 'prepay_paused' })
  })

  it('plans the first look for when the stage wants it, and keeps that', async () => {
    const { world, prepay } = setUp(good, Object.assign(aWorld(), { firstLookMs: 60_000 }))
    await prepay(request, call)
    expect(await world.orders.get(KEY)).toMatchObject({ version: 2, next_check_at: NOW + 60_000 })
  })

  it('stores the order before the call and what WeChat gave after it', async () => {
    let during
    const { world, wechat, prepay } = setUp(async () => {
      during = await world.orders.get(KEY)
      return good()
    })
    const { order } = await prepay(request, call)
    expect(during).toMatchObject({ status: 'CREATED', version: 1, refundable: 0, next_check_at: NOW + 5000 })
    expect(order).toMatchObject({
      status: 'AWAITING_PAYMENT',
      prepay: { code_url: 'weixin://wxpay/bizpayurl?pr=1', obtained_at: NOW },
    })
    expect(await world.orders.get(KEY)).toEqual(order)
    expect(wechat.calls).toEqual([
      [
        'prepay',
        'native',
        {
          appid: APPID,
          mchid: MCHID,
          out_trade_no: 'ORDER-0001',
          description: 'tea',
          amount: { total: 1000, currency: 'CNY' },
          notify_url: 'https://pay.example/wechatpay/notify/payment',
        },
      ],
    ])
  })

  it('answers the same request with the same payment without calling again, until prepay_id is two hours old', async () => {
    const { world, wechat, prepay } = setUp(good)
    await prepay(request, call)
    world.time.now += 114 * 60_000
    await prepay(request, call)
    expect(wechat.calls).toHaveLength(1)
    world.time.now += 2 * 60_000
    const { order } = await prepay(request, call)
    expect(wechat.calls).toHaveLength(2)
    expect(order.prepay?.obtained_at).toBe(world.time.now)
  })

  it('renews an h5_url after four minutes', async () => {
    const h5 = parsePrepayRequest({
      channel: 'h5',
      out_trade_no: 'ORDER-0001',
      description: 'tea',
      amount: { total: 1 },
      scene_info: { payer_client_ip: '203.0.113.7', h5_info: { type: 'Wap' } },
    })
    const { world, wechat, prepay } = setUp(async () => ({ h5_url: 'https://wx.tenpay.com/x' }))
    await prepay(h5, call)
    world.time.now += 4 * 60_000
    await prepay(h5, call)
    expect(wechat.calls).toHaveLength(2)
  })

  it('refuses another request under the same number and calls nobody', async () => {
    const { wechat, prepay } = setUp(good)
    await prepay(request, call)
    await expect(
      prepay({ ...request, amount: { total: fen(1001), currency: 'CNY' } }, call),
    ).rejects.toMatchObject({ code: 'order_number_used' })
    expect(wechat.calls).toHaveLength(1)
  })

  it('frees the number when WeChat refuses for certain', async () => {
    const { world, prepay } = setUp(
      failing('refused', { certain: true, httpStatus: 400, wechatCode: 'PARAM_ERROR', requestId: 'id-1' }),
    )
    await expect(prepay(request, call)).rejects.toMatchObject({
      code: 'wechat_refused',
      wechatCode: 'PARAM_ERROR',
      wechatRequestId: 'id-1',
    })
    expect(await world.orders.get(KEY)).toMatchObject({
      status: 'REJECTED',
      rejected_code: 'PARAM_ERROR',
      version: 2,
    })
    const other = { ...request, amount: { total: fen(5), currency: 'CNY' as const } }
    const { order } = await setUp(good, world).prepay(other, call)
    expect(order).toMatchObject({
      status: 'AWAITING_PAYMENT',
      version: 4,
      amount: { total: 5 },
    })
    expect(order).not.toHaveProperty('rejected_code')
  })

  it.each([
    ['timeout', {}, 'wechat_unavailable'],
    ['server_error', {}, 'wechat_unavailable'],
    ['unverifiable', {}, 'wechat_unavailable'],
    ['not_sent', { certain: true }, 'wechat_unavailable'],
    ['rate_limited', { certain: true, httpStatus: 429 }, 'wechat_rate_limited'],
    ['timeout', { certain: true }, 'wechat_unavailable'],
    ['refused', { certain: true, httpStatus: 401, wechatCode: 'SIGN_ERROR' }, 'wechat_refused'],
    ['refused', { certain: false, httpStatus: 400 }, 'wechat_refused'],
    ['already_paid', { certain: true }, 'order_already_paid'],
  ] as const)(
    'keeps the order CREATED after %s %o, so that a repeat goes on',
    async (code, details, expected) => {
      const { world, prepay } = setUp(failing(code, details))
      await expect(prepay(request, call)).rejects.toMatchObject({ code: expected })
      expect(await world.orders.get(KEY)).toMatchObject({ status: 'CREATED' })
      expect((await setUp(good, world).prepay(request, call)).order.status).toBe('AWAITING_PAYMENT')
    },
  )

  it('never rejects an order that already waits for its payment', async () => {
    const { world, prepay } = setUp(good)
    await prepay(request, call)
    world.time.now += 3 * 3600_000
    await expect(
      setUp(failing('refused', { certain: true, httpStatus: 403 }), world).prepay(request, call),
    ).rejects.toMatchObject({ code: 'wechat_refused' })
    expect((await world.orders.get(KEY))?.status).toBe('AWAITING_PAYMENT')
  })

  it('keeps a payment that was faster than the answer, and hands out nothing more to pay with', async () => {
    const { world, prepay } = setUp(async () => {
      await world.orders.save(applyFact(await world.orders.get(KEY), paymentFact(), NOW).order)
      return good()
    })
    await expect(prepay(request, call)).rejects.toMatchObject({ code: 'order_already_paid' })
    expect((await world.orders.get(KEY))?.status).toBe('PAID')
  })

  it('does not give a number out again of which WeChat asserted something', async () => {
    const { world, prepay } = setUp(failing('refused', { certain: true, httpStatus: 400 }))
    await expect(prepay(request, call)).rejects.toMatchObject({ code: 'wechat_refused' })
    await world.orders.save(applyFact(await world.orders.get(KEY), closedFact(), NOW).order)
    await expect(prepay(request, call)).rejects.toMatchObject({ code: 'order_closed' })
  })

  it('keeps the audit entries of a number that is used again', async () => {
    const { world, prepay } = setUp(good)
    const signed = { at: NOW, hold: 'operator#1', by: 'li.lei', note: 'n', evidence: digestOf('operator#1') }
    const decided = [
      { ...signed, action: 'hold' },
      { ...signed, action: 'dismiss' },
    ] as const
    await world.given(anOrder({ status: 'REJECTED', decided }))
    await prepay(request, call)
    expect((await world.orders.get(KEY))?.books.decided).toEqual(decided)
  })

  it('brings an order back that was rejected while WeChat accepted it', async () => {
    const { world, prepay } = setUp(async () => {
      const order = (await world.orders.get(KEY))!
      await world.orders.save(rejected(order))
      return good()
    })
    const { order } = await prepay(request, call)
    expect(order).toMatchObject({ status: 'AWAITING_PAYMENT', version: 3 })
    expect(order).not.toHaveProperty('rejected_code')
  })

  it('does not hand out a payment when the number went to another request meanwhile', async () => {
    const { world, prepay } = setUp(async () => {
      const order = (await world.orders.get(KEY))!
      await world.orders.save({ ...order, request_hash: 'another', version: order.version + 1 })
      return good()
    })
    await expect(prepay(request, call)).rejects.toMatchObject({ code: 'order_number_used' })
  })

  it.each([
    ['paid', paymentFact(), 'order_already_paid'],
    ['closed', closedFact(), 'order_closed'],
  ] as const)('refuses to collect for an order that is %s', async (_, fact, code) => {
    const { world, prepay } = setUp(good)
    const { order } = await prepay(request, call)
    await world.orders.save(applyFact(order, fact, NOW).order)
    await expect(prepay(request, call)).rejects.toMatchObject({ code })
  })

  it('refuses a held order, a foreign appid and a time to pay that has passed', async () => {
    const { world, prepay } = setUp(good)
    await expect(prepay({ ...request, appid: 'wxforeign' }, call)).rejects.toMatchObject({
      code: 'invalid_request',
      fields: [{ field: 'appid' }],
    })
    await expect(
      prepay({ ...request, time_expire: '2026-03-01T12:00:00+08:00' }, call),
    ).rejects.toMatchObject({ fields: [{ field: 'time_expire' }] })
    expect(await world.orders.get(KEY)).toBeUndefined()
    await world.orders.save(applyFact(undefined, paymentFact(), NOW).order)
    await expect(prepay(request, call)).rejects.toMatchObject({ code: 'order_held' })
  })
})
