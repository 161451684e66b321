import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startSimulator } from '#simulator/simulator.ts'
import type { Simulator } from '#simulator/simulator.ts'
import {
  APPID,
  MCHID,
  createMerchant,
  newNumber,
  paidOrder,
  prepayBody,
  refundBody,
} from './support/merchant.ts'
import type { Answer, Merchant } from './support/merchant.ts'

let simulator: Simulator
let merchant: Merchant

beforeAll(async () => {
  simulator = await startSimulator({
    mchid: MCHID,
    appids: [APPID],
    timers: 'manual',
    refundDelayMs: 'manual',
  })
  merchant = createMerchant(simulator)
})
afterAll(() => simulator.stop())

const DAY_MS = 86_400_000
const openid = 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o'
const scene = { payer_client_ip: '203.0.113.7', h5_info: { type: 'Wap' } }
const prepay = (channel: string, body: unknown): Promise<Answer> =>
  merchant.post(`/v3/pay/transactions/${channel}`, body)
const native = (change: Record<string, unknown> = {}): Promise<Answer> => prepay('native', prepayBody(change))
const query = (number: string, mchid = MCHID): Promise<Answer> =>
  merchant.get(`/v3/pay/transactions/out-trade-no/${number}?mchid=${mchid}`)
const close = (number: string, mchid = MCHID): Promise<Answer> =>
  merchant.post(`/v3/pay/transactions/out-trade-no/${number}/close`, { mchid })

describe('query', () => {
  it('answers an unpaid order without what only a payment brings', async () => {
    const body = prepayBody({ attach: 'shop 7' })
    await prepay('native', body)
    const { status, json } = await query(String(body['out_trade_no']))
    expect(status).toBe(200)
    expect(json).toEqual({
      appid: APPID,
      mchid: MCHID,
      out_trade_no: body['out_trade_no'],
      attach: 'shop 7',
      trade_state: 'NOTPAY',
      trade_state_desc: '订单未支付',
      amount: { total: 100, currency: 'CNY', payer_currency: 'CNY' },
    })
  })

  it('answers a paid order by either number, coupons included', async () => {
    const body = prepayBody({ payer: { openid } })
    await prepay('jsapi', body)
    const number = String(body['out_trade_no'])
    await simulator.control.pay({ out_trade_no: number, coupon: 10, bank_type: 'CMB_DEBIT' })
    const { json } = await query(number)
    expect(json).toMatchObject({
      trade_state: 'SUCCESS',
      trade_type: 'JSAPI',
      bank_type: 'CMB_DEBIT',
      payer: { openid },
      amount: { total: 100, payer_total: 90, currency: 'CNY', payer_currency: 'CNY' },
      promotion_detail: [{ amount: 10, type: 'CASH', scope: 'GLOBAL' }],
    })
    expect(json.transaction_id).toMatch(/^4200\d{24}$/)
    const byId = await merchant.get(`/v3/pay/transactions/id/${json.transaction_id}?mchid=${MCHID}`)
    expect(byId.json).toEqual(json)
  })

  it('answers REFUND after any refund', async () => {
    const number = await paidOrder(simulator)
    await merchant.post(
      '/v3/refund/domestic/refunds',
      refundBody(number, { amount: { refund: 1, total: 100, currency: 'CNY' } }),
    )
    expect((await query(number)).json.trade_state).toBe('REFUND')
  })

  it('refuses unknown numbers and a missing or foreign mchid', async () => {
    const unknown = await query('UNKNOWN1')
    expect([unknown.status, unknown.json.code]).toEqual([404, 'ORDER_NOT_EXIST'])
    const unknownId = await merchant.get(`/v3/pay/transactions/id/42000000?mchid=${MCHID}`)
    expect([unknownId.status, unknownId.json.code]).toEqual([404, 'ORDER_NOT_EXIST'])
    const missing = await merchant.get('/v3/pay/transactions/out-trade-no/UNKNOWN1')
    expect([missing.status, missing.json.detail.location]).toEqual([400, 'query'])
    expect((await query('UNKNOWN1', '1900000101')).json.code).toBe('PARAM_ERROR')
    expect((await merchant.get(`/v3/pay/transactions/out-trade-no/%ff?mchid=${MCHID}`)).status).toBe(400)
  })
})

describe('close', () => {
  it('closes an unpaid order, once or many times', async () => {
    const body = prepayBody()
    await prepay('native', body)
    const number = String(body['out_trade_no'])
    expect((await close(number)).status).toBe(204)
    expect((await close(number)).status).toBe(204)
    expect((await query(number)).json.trade_state).toBe('CLOSED')
    await expect(simulator.control.pay({ out_trade_no: number })).rejects.toThrow('closed')
  })

  it('refuses a paid order, an unknown one and another merchant', async () => {
    const paid = await close(await paidOrder(simulator))
    expect([paid.status, paid.json]).toEqual([400, { code: 'INVALID_REQUEST', message: '该订单已支付' }])
    expect(paid.headers['request-id']).toMatch(/-268498689$/)
    expect((await close('UNKNOWN1')).json.code).toBe('ORDER_NOT_EXIST')
    expect((await close('UNKNOWN1', '1900000101')).json.code).toBe('PARAM_ERROR')
  })
})

describe('time', () => {
  it('ends a code_url after 2 hours and an h5_url after 5 minutes; a new prepay opens again', async () => {
    const body = prepayBody()
    const { code_url: code } = (await prepay('native', body)).json
    const { h5_url: link } = (await prepay('h5', prepayBody({ scene_info: scene }))).json
    expect(
      (await simulator.control.open({ h5_url: `${link}&redirect_url=https%3A%2F%2Fshop.example` }))
        .trade_state,
    ).toBe('NOTPAY')
    await simulator.advance(5 * 60_000 + 1000)
    await expect(simulator.control.open({ h5_url: link })).rejects.toThrow('no longer valid')
    expect((await simulator.control.open({ code_url: code })).trade_state).toBe('NOTPAY')
    await simulator.advance(2 * 3_600_000)
    await expect(simulator.control.pay({ code_url: code })).rejects.toThrow('no longer valid')
    const { code_url: fresh } = (await prepay('native', body)).json
    expect((await simulator.control.pay({ code_url: fresh })).trade_state).toBe('SUCCESS')
  })

  it('refuses a payment after time_expire without closing the order, and raises an expiry that is too near', async () => {
    const body = prepayBody({ time_expire: '2020-01-01T00:00:00+08:00' })
    await prepay('native', body)
    const number = String(body['out_trade_no'])
    await simulator.advance(59_000)
    expect((await simulator.control.open({ out_trade_no: number })).trade_state).toBe('NOTPAY')
    await simulator.advance(2000)
    await expect(simulator.control.pay({ out_trade_no: number })).rejects.toThrow('time_expire')
    expect((await query(number)).json.trade_state).toBe('NOTPAY')
  })

  it('closes an unpaid order after 7 days', async () => {
    const number = newNumber()
    await native({ out_trade_no: number })
    await simulator.advance(7 * DAY_MS)
    expect((await query(number)).json.trade_state).toBe('CLOSED')
  })
})
