import { createPrivateKey } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signSha256 } from '#shared/crypto/rsa.ts'
import { startSimulator } from '#simulator/simulator.ts'
import type { Simulator } from '#simulator/simulator.ts'
import { combinedBody, createCombiningMerchant, subBody } from './support/combined.ts'
import type { CombinedBody, CombiningMerchant } from './support/combined.ts'
import { APPID, MCHID, createMerchant, newNumber, prepayBody } from './support/merchant.ts'
import type { Answer, Merchant } from './support/merchant.ts'
import { verify } from './support/receiver.ts'

let simulator: Simulator
let merchant: Merchant
let combining: CombiningMerchant

const BASE = '/v3/combine-transactions'
const OTHER = '1900000179'
const scene = { payer_client_ip: '203.0.113.7', h5_info: { type: 'Wap' } }

beforeAll(async () => {
  simulator = await startSimulator({ mchid: MCHID, appids: [APPID], timers: 'manual', refundDelayMs: 1000 })
  merchant = createMerchant(simulator)
  combining = createCombiningMerchant(simulator)
})
afterAll(() => simulator.stop())

const outcome = ({ status, json }: Answer): unknown => [status, json.code]

describe('the prepay of orders that are paid together', () => {
  it.each([
    ['jsapi', 'prepay_id', { combine_payer_info: { openid: 'oPayer' } }],
    ['app', 'prepay_id', {}],
    ['h5', 'h5_url', { scene_info: scene }],
    ['native', 'code_url', {}],
  ] as const)('by %s get one %s', async (method, ticket, change) => {
    const answer = await combining.prepay(method, combinedBody(undefined, change))
    expect([answer.status, Object.keys(answer.json)]).toEqual([200, [ticket]])
    expect(verify(simulator.keys(), answer).ok).toBe(true)
  })

  it.each<[string, () => CombinedBody, string]>([
    ['a single order of a merchant', () => combinedBody([subBody()]), '/sub_orders'],
    [
      'eleven orders of a merchant',
      () => combinedBody(Array.from({ length: 11 }, () => subBody())),
      '/sub_orders',
    ],
    [
      'fifty-one orders of a service provider',
      () => combinedBody(Array.from({ length: 51 }, () => subBody({ sub_mchid: '1900000109' }))),
      '/sub_orders',
    ],
    [
      'a sub-merchant in some',
      () => combinedBody([subBody(), subBody({ sub_mchid: '1900000109' })]),
      '/sub_orders',
    ],
    [
      'one number twice',
      () => combinedBody([subBody({ out_trade_no: 'TWICE1' }), subBody({ out_trade_no: 'TWICE1' })]),
      '/sub_orders',
    ],
    ['no attach', () => combinedBody([subBody({ attach: undefined }), subBody()]), '/sub_orders/0/attach'],
    [
      'the amount of a single order',
      () => combinedBody([subBody(), subBody({ amount: { total: 1, currency: 'CNY' } })]),
      '/sub_orders/1/amount/total_amount',
    ],
    [
      'more than ten million yuan',
      () => combinedBody([subBody({ amount: { total_amount: 1_000_000_001, currency: 'CNY' } }), subBody()]),
      '/sub_orders/0/amount/total_amount',
    ],
    ['another merchant', () => combinedBody(undefined, { combine_mchid: OTHER }), '/combine_mchid'],
    ['fields of a single order', () => combinedBody(undefined, { mchid: MCHID }), '/mchid'],
  ])('are refused with %s', async (_name, body, field) => {
    const { status, json } = await combining.prepay('native', body())
    expect([status, json.code, json.detail.field]).toEqual([400, 'PARAM_ERROR', field])
  })

  it('may be one to fifty of a service provider', async () => {
    for (const length of [1, 50]) {
      const subs = Array.from({ length }, () => subBody({ sub_mchid: '1900000109' }))
      expect((await combining.prepay('native', combinedBody(subs))).status).toBe(200)
    }
  })

  it('get a fresh ticket for an identical repeat, and none for numbers that are taken', async () => {
    const body = await combining.placed()
    const again = await combining.prepay('native', body)
    expect([again.status, again.json.code_url]).toEqual([200, expect.stringMatching(/^weixin:/)])
    const used = [403, 'OUT_TRADE_NO_USED']
    expect(outcome(await combining.prepay('native', { ...body, notify_url: 'http://127.0.0.1:2/' }))).toEqual(
      used,
    )
    expect(outcome(await combining.prepay('app', body))).toEqual(used)
    expect(outcome(await combining.prepay('native', { ...body, combine_out_trade_no: newNumber() }))).toEqual(
      used,
    )
    const single = prepayBody({ out_trade_no: body.sub_orders[0]!.out_trade_no })
    expect(outcome(await merchant.post('/v3/pay/transactions/native', single))).toEqual(used)
    await simulator.control.payCombined({ combine_out_trade_no: body.combine_out_trade_no })
    expect(outcome(await combining.prepay('native', body))).toEqual([400, 'ORDER_PAID'])
  })

  it('are opened and paid by the ticket that their prepay answered', async () => {
    const body = combinedBody(undefined, { combine_payer_info: { openid: 'oPayer' } })
    const { json } = await combining.prepay('jsapi', body)
    const key = createPrivateKey(simulator.keys().merchant[0]!.private_key_pem!)
    const timeStamp = String(Math.floor(Date.now() / 1000))
    const packed = `prepay_id=${json.prepay_id}`
    const paySign = signSha256(key, `${APPID}\n${timeStamp}\nn\n${packed}\n`)
    const given = { appId: APPID, timeStamp, nonceStr: 'n', package: packed, signType: 'RSA', paySign }
    expect((await simulator.control.invokeCombined(given)).combine_mchid).toBe(MCHID)
    await expect(simulator.control.invokeCombined({ ...given, nonceStr: 'other' })).rejects.toThrow(
      '签名失败',
    )
    expect((await simulator.control.openCombined({ prepay_id: json.prepay_id })).sub_orders).toHaveLength(2)
    const after = await simulator.control.payCombined({ prepay_id: json.prepay_id })
    expect(after.sub_orders.map((order) => order.trade_state)).toEqual(['SUCCESS', 'SUCCESS'])
  })

  it('are aimed at by a fault under their common number', async () => {
    const body = combinedBody()
    const match = { endpoint: 'prepay', out_trade_no: body.combine_out_trade_no } as const
    await simulator.control.addFault({ kind: 'error', code: 'SYSTEM_ERROR', match })
    expect(outcome(await combining.prepay('native', body))).toEqual([500, 'SYSTEM_ERROR'])
    expect(outcome(await merchant.get(`${BASE}/out-trade-no/${body.combine_out_trade_no}`))).toEqual([
      404,
      'ORDER_NOT_EXIST',
    ])
  })
})
