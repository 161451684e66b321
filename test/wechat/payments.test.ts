import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fen } from '#shared/money.ts'
import type { WechatMethod, PrepayBody } from '#shared/orders/payment-channel.ts'
import { startWechat, wechatError } from '#test/support/wechat-fixture.ts'
import type { WechatFixture } from '#test/support/wechat-fixture.ts'
import { failed, signed } from '#test/support/wechat-peer.ts'

let it_: WechatFixture

beforeEach(async () => {
  it_ = await startWechat()
})
afterEach(() => it_.close())

const body: PrepayBody = {
  appid: 'wx1',
  mchid: '1900000109',
  description: 'd',
  out_trade_no: 'order-1',
  notify_url: 'https://example.com/n',
  amount: { total: fen(100), currency: 'CNY' },
}
const paid = {
  appid: 'wx1',
  mchid: '1900000109',
  out_trade_no: 'order-1',
  trade_state: 'SUCCESS',
  transaction_id: '4200001',
  success_time: '2026-06-08T10:34:56+08:00',
  amount: { total: 100, payer_total: 100, currency: 'CNY' },
}

function answer(json: unknown) {
  it_.primary.answer(signed(it_.platform.publicKey, json))
}

describe('prepay', () => {
  it.each<[WechatMethod, object]>([
    ['jsapi', { prepay_id: 'wx201410272009395522657a690389285100' }],
    ['app', { prepay_id: 'wx201410272009395522657a690389285100' }],
    ['native', { code_url: 'weixin://wxpay/bizpayurl/up?pr=NwY5Mz9&groupid=00' }],
    ['h5', { h5_url: 'https://wx.tenpay.com/cgi-bin/mmpayweb-bin/checkmweb?prepay_id=wx1&package=2' }],
  ])('gives what the %s client needs, and nothing else', async (method, result) => {
    answer({ ...result, extra: 1 })
    await expect(it_.wechat.prepay(method, body)).resolves.toEqual(result)
    expect(it_.primary.requests[0]?.url).toBe(`/v3/pay/transactions/${method}`)
  })

  it.each<[WechatMethod, unknown]>([
    ['jsapi', { code_url: 'weixin://wxpay/1' }],
    ['jsapi', { prepay_id: '' }],
    ['jsapi', { prepay_id: 'a\nb' }],
    ['app', { prepay_id: 42 }],
    ['app', { prepay_id: 'x'.repeat(65) }],
    ['native', { code_url: 'no url' }],
    ['h5', { h5_url: `https://x/${'x'.repeat(1024)}` }],
    ['native', []],
    ['native', 'null'],
    ['native', 'not json'],
    ['native', undefined],
  ])('does not take a verified but malformed answer for a success (%s %j)', async (method, json) => {
    answer(json)
    expect(await wechatError(it_.wechat.prepay(method, body))).toMatchObject({
      code: 'invalid_answer',
      certain: false,
      httpStatus: 200,
      requestId: '08F78BB5AF0610D302-0',
    })
    expect(it_.primary.requests).toHaveLength(1)
  })
})

describe('queries', () => {
  it('asks by order number with the mchid in the query', async () => {
    answer({ ...paid, payer: { openid: 'o-canary' } })
    await expect(it_.wechat.queryOrder('order-1')).resolves.toEqual(paid)
    expect(it_.primary.requests[0]?.url).toBe('/v3/pay/transactions/out-trade-no/order-1?mchid=1900000109')
  })

  it('asks by transaction number', async () => {
    answer(paid)
    await expect(it_.wechat.queryTransaction('4200001')).resolves.toEqual(paid)
    expect(it_.primary.requests[0]?.url).toBe('/v3/pay/transactions/id/4200001?mchid=1900000109')
  })

  it('escapes what would be a path or a query of its own', async () => {
    answer({ ...paid, transaction_id: '42' })
    await wechatError(it_.wechat.queryTransaction('../a?mchid=1#x'))
    expect(it_.primary.requests[0]?.url).toBe(
      '/v3/pay/transactions/id/..%2Fa%3Fmchid%3D1%23x?mchid=1900000109',
    )
  })

  it.each([
    ['mchid', { mchid: '1900000110' }],
    ['out_trade_no', { out_trade_no: 'order-2' }],
  ])('does not take an answer about another %s', async (field, change) => {
    answer({ ...paid, ...change })
    const error = await wechatError(it_.wechat.queryOrder('order-1'))
    expect(error).toMatchObject({ code: 'invalid_answer', certain: false })
    expect(error.message).toMatch(new RegExp(`another ${field}$`))
  })

  it('does not take an answer about another transaction', async () => {
    answer({ ...paid, transaction_id: '4200002' })
    expect(await wechatError(it_.wechat.queryTransaction('4200001'))).toMatchObject({
      code: 'invalid_answer',
    })
    answer({ ...paid, mchid: '1900000110' })
    expect(await wechatError(it_.wechat.queryTransaction('4200001'))).toMatchObject({
      code: 'invalid_answer',
    })
  })

  it('names the field of an answer that is malformed, without its value', async () => {
    answer({ ...paid, transaction_id: 'CANARY\n' })
    const { message } = await wechatError(it_.wechat.queryOrder('order-1'))
    expect(message).toBe('the verified answer cannot be used: its transaction_id is not as documented')
  })

  it('tells an unknown order', async () => {
    it_.primary.answer(failed(404, 'ORDER_NOT_EXIST'))
    expect(await wechatError(it_.wechat.queryOrder('order-1'))).toMatchObject({
      code: 'not_found',
      certain: true,
    })
  })
})

describe('close', () => {
  it('puts the mchid into the body', async () => {
    it_.primary.answer(signed(it_.platform.publicKey, undefined, { status: 204 }))
    await it_.wechat.closeOrder('a|b*c-1')
    expect(it_.primary.requests[0]).toMatchObject({
      method: 'POST',
      url: '/v3/pay/transactions/out-trade-no/a%7Cb*c-1/close',
      body: '{"mchid":"1900000109"}',
    })
  })

  it('tells an order that was paid meanwhile', async () => {
    it_.primary.answer(failed(400, 'INVALID_REQUEST', '08F78BB5AF0610D302-268498689'))
    expect(await wechatError(it_.wechat.closeOrder('order-1'))).toMatchObject({
      code: 'already_paid',
      certain: true,
    })
  })
})
