import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startSimulator } from '#simulator/simulator.ts'
import type { Simulator } from '#simulator/simulator.ts'
import { APPID, MCHID, createMerchant, prepayBody } from './support/merchant.ts'
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

const openid = 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o'
const scene = { payer_client_ip: '203.0.113.7', h5_info: { type: 'Wap' } }
const prepay = (channel: string, body: unknown): Promise<Answer> =>
  merchant.post(`/v3/pay/transactions/${channel}`, body)
const native = (change: Record<string, unknown> = {}): Promise<Answer> => prepay('native', prepayBody(change))
const close = (number: string, mchid = MCHID): Promise<Answer> =>
  merchant.post(`/v3/pay/transactions/out-trade-no/${number}/close`, { mchid })

describe('prepay', () => {
  it.each([
    ['jsapi', { payer: { openid } }, 'prepay_id', /^wx\d{14}.{20}$/],
    ['app', {}, 'prepay_id', /^wx\d{14}.{20}$/],
    ['native', {}, 'code_url', /^weixin:\/\/wxpay\/bizpayurl\?pr=\w+$/],
    ['h5', { scene_info: scene }, 'h5_url', /^https:\/\/wx\.tenpay\.com\//],
  ])('through %s answers what the payer needs and nothing else', async (channel, change, field, form) => {
    const { status, json } = await prepay(channel, prepayBody(change))
    expect(status).toBe(200)
    expect(json).toEqual({ [field]: expect.stringMatching(form) })
  })

  it('takes every documented optional field', async () => {
    const { status } = await native({
      time_expire: '2099-01-02T03:04:05+08:00',
      attach: 'shop 7',
      goods_tag: 'WXG',
      support_fapiao: true,
      detail: {
        cost_price: 100,
        invoice_id: 'wx123',
        goods_detail: [{ merchant_goods_id: 'g1', quantity: 1, unit_price: 100 }],
      },
      scene_info: { payer_client_ip: '2001:db8::7', device_id: 'd1', store_info: { id: 's1', name: '店' } },
      settle_info: { profit_sharing: false },
    })
    expect(status).toBe(200)
  })

  it.each<[string, Record<string, unknown>, string]>([
    ['no appid', { appid: undefined }, '/appid'],
    ['no description', { description: '' }, '/description'],
    ['a description of 128 characters', { description: '长'.repeat(128) }, '/description'],
    ['an order number of 5 characters', { out_trade_no: 'A1234' }, '/out_trade_no'],
    ['an order number of 33 characters', { out_trade_no: 'A'.repeat(33) }, '/out_trade_no'],
    ['an order number with other characters', { out_trade_no: 'ORDER#1' }, '/out_trade_no'],
    ['an attach of 129 characters', { attach: 'a'.repeat(129) }, '/attach'],
    ['an amount of 0', { amount: { total: 0 } }, '/amount/total'],
    ['a negative amount', { amount: { total: -1 } }, '/amount/total'],
    ['a fractional amount', { amount: { total: 0.01 } }, '/amount/total'],
    ['an amount in a string', { amount: { total: '100' } }, '/amount/total'],
    ['an amount above 2^53', { amount: { total: 2 ** 53 } }, '/amount/total'],
    ['another currency', { amount: { total: 1, currency: 'USD' } }, '/amount/currency'],
    ['a field that does not exist', { out_trade_number: 'x' }, '/out_trade_number'],
    ['a payer where the channel has none', { payer: { openid } }, '/payer'],
    ['a time that is not RFC 3339', { time_expire: '2099-01-02 03:04:05' }, '/time_expire'],
    ['a notify_url with a query', { notify_url: 'https://shop.example/n?a=1' }, '/notify_url'],
    ['a notify_url over plain http', { notify_url: 'http://shop.example/n' }, '/notify_url'],
    ['a notify_url that is no URL', { notify_url: '/notify' }, '/notify_url'],
    [
      'a notify_url that is too long',
      { notify_url: `https://shop.example/${'n'.repeat(240)}` },
      '/notify_url',
    ],
    [
      'goods without a quantity',
      { detail: { goods_detail: [{ merchant_goods_id: 'g', unit_price: 1 }] } },
      '/detail/goods_detail/0/quantity',
    ],
    ['a boolean in a string', { support_fapiao: 'true' }, '/support_fapiao'],
  ])('refuses %s and names the field', async (_name, change, field) => {
    const { status, json } = await native(change)
    expect([status, json.code, json.detail.field, json.detail.location]).toEqual([
      400,
      'PARAM_ERROR',
      field,
      'body',
    ])
    expect(json.message.length).toBeGreaterThan(0)
  })

  it('refuses jsapi without an openid and h5 without a scene', async () => {
    expect((await prepay('jsapi', prepayBody())).json.detail.field).toBe('/payer')
    expect((await prepay('h5', prepayBody())).json.detail.field).toBe('/scene_info')
    const badIp = { scene_info: { ...scene, payer_client_ip: '300.1.1.1' } }
    expect((await prepay('h5', prepayBody(badIp))).json.detail).toMatchObject({
      field: '/scene_info/payer_client_ip',
      value: '300.1.1.1',
    })
  })

  it('names the type that WeChat wanted', async () => {
    const { json } = await native({ amount: { total: 0.01 } })
    expect(json.message).toBe(
      '无法将 JSON 输入源“/body/amount/total”映射到目标字段“总金额”中，此字段需要一个合法的 64 位有符号整数',
    )
    expect(json.detail).toEqual({
      field: '/amount/total',
      location: 'body',
      value: 0.01,
      issue: 'expected a 64-bit integer',
    })
  })

  it.each([
    ['not JSON', '{'],
    ['empty', ' '],
    ['a list', '[]'],
  ])('refuses a body that is %s', async (_name, raw) => {
    const { status, json } = await merchant.post('/v3/pay/transactions/native', undefined, { raw })
    expect([status, json.code]).toEqual([400, 'PARAM_ERROR'])
  })

  it("allows plain http to this machine, the simulator's one relaxation", async () => {
    expect((await native({ notify_url: 'http://127.0.0.1:8080/n' })).status).toBe(200)
    expect((await native({ notify_url: 'http://localhost:8080/n' })).status).toBe(200)
    expect((await native({ notify_url: 'http://localhost.shop.example/n' })).status).toBe(400)
  })

  it("refuses an appid that is not bound to the merchant, and another merchant's number", async () => {
    const appid = await native({ appid: 'wxffffffffffffffff' })
    expect([appid.status, appid.json.code]).toEqual([400, 'APPID_MCHID_NOT_MATCH'])
    const mchid = await native({ mchid: '1900000101' })
    expect([mchid.status, mchid.json.code, mchid.json.message]).toEqual([
      400,
      'PARAM_ERROR',
      'http header中的mchid与post payload中的mchid不匹配',
    ])
  })

  it('gives a fresh ticket to an identical repeat, whatever the order of its fields', async () => {
    const body = prepayBody()
    const first = await prepay('native', body)
    const repeat = await prepay('native', Object.fromEntries(Object.entries(body).reverse()))
    expect(repeat.status).toBe(200)
    expect(repeat.json.code_url).not.toBe(first.json.code_url)
  })

  it('refuses the same number with other parameters or through another channel', async () => {
    const body = prepayBody()
    await prepay('native', body)
    for (const answer of [
      await prepay('native', { ...body, description: '茶' }),
      await prepay('app', body),
    ]) {
      expect([answer.status, answer.json.code]).toEqual([403, 'OUT_TRADE_NO_USED'])
    }
  })

  it('refuses an order that is paid or closed', async () => {
    const paid = prepayBody()
    await prepay('native', paid)
    await simulator.control.pay({ out_trade_no: String(paid['out_trade_no']) })
    expect((await prepay('native', paid)).json.code).toBe('ORDER_PAID')
    const closed = prepayBody()
    await prepay('native', closed)
    await close(String(closed['out_trade_no']))
    expect((await prepay('native', closed)).json.code).toBe('ORDER_CLOSED')
  })
})
