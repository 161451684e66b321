import { describe, expect, it } from 'vitest'
import { orderKey } from '#shared/orders/order-key.ts'
import { refundFactKey } from '#shared/facts/fact-key.ts'
import { createQueryRefund } from '#functions/refund/query-refund.ts'
import { createRefund } from '#functions/refund/refund.ts'
import { parseRefundRequest } from '#functions/refund/schema.ts'
import { fen } from '#shared/money.ts'
import type { PaymentChannel } from '#shared/orders/payment-channel.ts'
import type { ChannelRefund } from '#shared/facts/telling.ts'
import { failing, fakeWechat } from '#test/support/fake-wechat.ts'
import { anOrder, MCHID, onlyLeft, paidOrder } from '#test/support/orders.ts'
import { aWorld } from '#test/support/world.ts'

const KEY = orderKey(MCHID, 'ORDER-0001')
const request = parseRefundRequest({ out_refund_no: 'R1', amount: { refund: 300 }, reason: '退货' })
const told: ChannelRefund = {
  refund_id: '50',
  out_refund_no: 'R1',
  transaction_id: '4200000000000001',
  out_trade_no: 'ORDER-0001',
  status: 'PROCESSING',
  amount: { total: fen(1000), refund: fen(300) },
  refund_channel: 'ORIGINAL',
}

async function setUp(answers: Partial<PaymentChannel>, order = paidOrder(), world = aWorld()) {
  if ((await world.orders.get(KEY)) === undefined) await world.given(order)
  const wechat = fakeWechat(answers)
  const deps = { ...world, notifyUrl: 'https://pay.example/wechatpay/notify/refund', channel: wechat }
  return {
    world,
    wechat,
    refund: createRefund(deps),
    queryRefund: createQueryRefund(deps),
    stored: async () => (await world.orders.get(KEY))!,
  }
}
const processing = async () => told

describe('refund', () => {
  it('reserves first, sends the stored bytes, and is PROCESSING when accepted', async () => {
    let during
    const { world, wechat, refund, stored } = await setUp({
      createRefund: async () => ((during = await world.orders.get(KEY)), told),
    })
    const result = await refund('ORDER-0001', request, {})
    expect(during).toMatchObject({
      refundable: 700,
      refunds: { R1: { status: 'REQUESTED', request: wechat.calls[0]?.[1] } },
    })
    expect(result.refund).toMatchObject({ status: 'PROCESSING', refund_id: '50', refund_channel: 'ORIGINAL' })
    // Once WeChat has it, its bytes are never sent again.
    expect((await stored()).refunds['R1']?.request).toBeUndefined()
    expect(JSON.parse(String(wechat.calls[0]?.[1]))).toEqual({
      transaction_id: '4200000000000001',
      out_refund_no: 'R1',
      reason: '退货',
      notify_url: 'https://pay.example/wechatpay/notify/refund',
      amount: { refund: 300, total: 1000, currency: 'CNY' },
    })
    expect(await world.orders.findByRefundNumber(MCHID, 'R1')).toBe(KEY)
  })

  it('answers the same number and body with what is stored and sends nothing', async () => {
    const { wechat, refund } = await setUp({ createRefund: processing })
    await refund('ORDER-0001', request, {})
    expect((await refund('ORDER-0001', request, {})).refund.status).toBe('PROCESSING')
    expect(wechat.calls).toHaveLength(1)
  })

  it('reserves and sends nothing while refunds are paused, and tells what there is all the same', async () => {
    const { world, wechat, refund, queryRefund, stored } = await setUp({
      createRefund: processing,
      queryRefund: processing,
    })
    await refund('ORDER-0001', request, {})
    world.switchedOn.add('refunds')
    const second = { ...request, out_refund_no: 'R2' }
    await expect(refund('ORDER-0001', second, {})).rejects.toMatchObject({ code: 'refunds_paused' })
    expect(Object.keys((await stored()).refunds)).toEqual(['R1'])
    // The number is not used up either, and what was made before is answered and asked about.
    expect(await world.orders.findByRefundNumber(MCHID, 'R2')).toBeUndefined()
    expect((await refund('ORDER-0001', request, {})).refund.status).toBe('PROCESSING')
    expect((await queryRefund('R1', { refresh: true })).refund.status).toBe('PROCESSING')
    expect(wechat.calls.map(([name]) => name)).toEqual(['createRefund', 'queryRefund'])
    world.switchedOn.clear()
    await refund('ORDER-0001', second, {}).catch(() => {})
    expect(wechat.calls).toHaveLength(3)
  })

  it('refuses the same number with another body, or for another order', async () => {
    const { world, wechat, refund } = await setUp({ createRefund: processing })
    await world.given(paidOrder({ order_key: orderKey(MCHID, 'ORDER-0002'), out_trade_no: 'ORDER-0002' }))
    await refund('ORDER-0001', request, {})
    await expect(
      refund('ORDER-0001', { ...request, amount: { refund: fen(301), currency: 'CNY' } }, {}),
    ).rejects.toMatchObject({ code: 'refund_number_used' })
    await expect(refund('ORDER-0002', request, {})).rejects.toMatchObject({ code: 'refund_number_used' })
    expect(wechat.calls).toHaveLength(1)
  })

  it('does not use a number up on an order that cannot be refunded', async () => {
    const { world, refund } = await setUp({ createRefund: processing })
    await world.given(anOrder({ order_key: orderKey(MCHID, 'ORDER-0002'), out_trade_no: 'ORDER-0002' }))
    await expect(refund('ORDER-0002', request, {})).rejects.toMatchObject({ code: 'order_not_paid' })
    expect((await refund('ORDER-0001', request, {})).refund.status).toBe('PROCESSING')
  })

  it('lets exactly one of several refunds of 60 % through', async () => {
    const { wechat, refund, stored } = await setUp({
      createRefund: async (body) => ({
        ...told,
        out_refund_no: JSON.parse(body).out_refund_no,
        amount: { total: fen(1000), refund: fen(600) },
      }),
    })
    const tries = ['A', 'B', 'C', 'D'].map((out_refund_no) =>
      refund('ORDER-0001', { out_refund_no, amount: { refund: fen(600), currency: 'CNY' } }, {}),
    )
    const results = await Promise.allSettled(tries)
    expect(
      results.filter(
        ({ status, ...rest }) =>
          status === 'rejected' &&
          'reason' in rest &&
          (rest.reason as { code: string }).code === 'refund_exceeds_refundable',
      ),
    ).toHaveLength(3)
    expect(wechat.calls).toHaveLength(1)
    expect((await stored()).refundable).toBe(400)
  })

  it('gives the amount back once when WeChat refuses for certain', async () => {
    const { refund, stored } = await setUp({
      createRefund: failing('refused', { certain: true, httpStatus: 403, wechatCode: 'NOT_ENOUGH' }),
    })
    const { refund: failed, error } = await refund('ORDER-0001', request, {})
    expect(failed).toMatchObject({ status: 'FAILED', failure_code: 'NOT_ENOUGH' })
    expect(error).toMatchObject({ code: 'wechat_refused', wechatCode: 'NOT_ENOUGH' })
    expect((await stored()).refundable).toBe(1000)
    expect((await refund('ORDER-0001', request, {})).refund.status).toBe('FAILED')
    expect((await stored()).refundable).toBe(1000)
  })

  it.each([
    ['timeout', {}],
    ['server_error', { httpStatus: 500 }],
    ['rate_limited', { certain: true, httpStatus: 429 }],
    ['unverifiable', { httpStatus: 200 }],
    ['invalid_answer', { httpStatus: 200 }],
    ['not_sent', { certain: true }],
    ['timeout', { certain: true }],
    ['not_found', { certain: true, httpStatus: 404 }],
    ['refused', { certain: true, httpStatus: 401, wechatCode: 'SIGN_ERROR' }],
    ['refused', { certain: false, httpStatus: 400 }],
  ] as const)('is UNKNOWN after %s %o and keeps the amount reserved', async (code, details) => {
    const { refund, stored } = await setUp({ createRefund: failing(code, details) })
    const { refund: unknown, error } = await refund('ORDER-0001', request, {})
    expect([unknown.status, error, (await stored()).refundable]).toEqual(['UNKNOWN', undefined, 700])
  })

  it('records a final answer', async () => {
    const { world, refund, stored } = await setUp({
      createRefund: async () => ({ ...told, status: 'SUCCESS', success_time: '2026-03-01T13:00:00+08:00' }),
    })
    expect((await refund('ORDER-0001', request, {})).refund).toMatchObject({
      status: 'SUCCESS',
      success_time: '2026-03-01T13:00:00+08:00',
    })
    expect(world.published).toMatchObject([{ id: refundFactKey(MCHID, 'R1', 'SUCCESS') }])
    expect((await stored()).refunds['R1']?.status).toBe('SUCCESS')
  })

  it.each([
    [paidOrder({ holds: { 'operator#1': 'placed_by_operator' } }), 'order_held'],
    [anOrder(), 'order_not_paid'],
    [paidOrder(onlyLeft(299)), 'refund_exceeds_refundable'],
  ] as const)('calls nobody for an order that may not be refunded (%#)', async (order, code) => {
    const { wechat, refund } = await setUp({}, order)
    await expect(refund('ORDER-0001', request, {})).rejects.toMatchObject({ code })
    await expect(refund('ORDER-0404', request, {})).rejects.toMatchObject({ code: 'order_not_found' })
    expect(wechat.calls).toEqual([])
  })
})

describe('refund query', () => {
  it('asks WeChat while the refund is open and records what it says', async () => {
    const { world, refund } = await setUp({ createRefund: failing('timeout') })
    await refund('ORDER-0001', request, {})
    const open = await setUp({ queryRefund: processing }, paidOrder(), world)
    expect((await open.queryRefund('R1', { refresh: false })).refund.status).toBe('PROCESSING')
    const done = await setUp(
      { queryRefund: async () => ({ ...told, status: 'SUCCESS' }) },
      paidOrder(),
      world,
    )
    expect((await done.queryRefund('R1', { refresh: false })).refund.status).toBe('SUCCESS')
    expect(world.dispatched).toEqual([
      refundFactKey(MCHID, 'R1', 'PROCESSING'),
      refundFactKey(MCHID, 'R1', 'SUCCESS'),
    ])
  })

  it('answers what is stored when WeChat does not know it, and never sends anything by itself', async () => {
    const { world, refund } = await setUp({ createRefund: failing('timeout') })
    await refund('ORDER-0001', request, {})
    const { wechat, queryRefund } = await setUp(
      { queryRefund: failing('not_found', { certain: true }) },
      paidOrder(),
      world,
    )
    expect((await queryRefund('R1', { refresh: false })).refund.status).toBe('UNKNOWN')
    expect(wechat.calls.map(([name]) => name)).toEqual(['queryRefund'])
  })

  it('does not ask about a final refund unless told to', async () => {
    const { world, refund } = await setUp({
      createRefund: failing('refused', { certain: true, httpStatus: 400 }),
    })
    await refund('ORDER-0001', request, {})
    const { wechat, queryRefund } = await setUp({ queryRefund: failing('server_error') }, paidOrder(), world)
    expect((await queryRefund('R1', { refresh: false })).refund.status).toBe('FAILED')
    expect(wechat.calls).toEqual([])
    await expect(queryRefund('R1', { refresh: true })).rejects.toMatchObject({ code: 'wechat_unavailable' })
    // Whether one that nobody here knows exists, only WeChat can tell.
    await expect(queryRefund('R404', { refresh: false })).rejects.toMatchObject({
      code: 'wechat_unavailable',
    })
  })
})

describe('the refund request', () => {
  it.each([
    [{ amount: { refund: 1 } }, 'out_refund_no'],
    [{ out_refund_no: 'a#b', amount: { refund: 1 } }, 'out_refund_no'],
    [{ out_refund_no: 'x'.repeat(65), amount: { refund: 1 } }, 'out_refund_no'],
    [{ out_refund_no: 'R', amount: { refund: 0 } }, 'amount.refund'],
    [{ out_refund_no: 'R', amount: { refund: 1, total: 5 } }, 'amount.total'],
    [{ out_refund_no: 'R', amount: { refund: 1 }, reason: '退'.repeat(27) }, 'reason'],
    [{ out_refund_no: 'R', amount: { refund: 1 }, funds_account: 'MINE' }, 'funds_account'],
    [{ out_refund_no: 'R', amount: { refund: 1 }, notify_url: 'https://evil.example' }, 'notify_url'],
  ])('refuses %o', (body, field) => {
    expect(() => parseRefundRequest(body)).toThrow(
      expect.objectContaining({ code: 'invalid_request', fields: [expect.objectContaining({ field })] }),
    )
  })
})
