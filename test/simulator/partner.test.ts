import { createPrivateKey } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { signSha256 } from '#shared/crypto/rsa.ts'
import { startSimulator } from '#simulator/simulator.ts'
import type { Simulator } from '#simulator/simulator.ts'
import { APPID, MCHID, createMerchant, paidOrder, prepayBody, refundBody } from './support/merchant.ts'
import type { Answer, Merchant } from './support/merchant.ts'
import { resourceOf, startReceiver, verify } from './support/receiver.ts'
import type { Receiver } from './support/receiver.ts'

let simulator: Simulator
let merchant: Merchant
let receiver: Receiver

const SUB = '1900000109'
const SUB_APPID = 'wxd678efh567hg6999'
const BASE = '/v3/pay/partner/transactions'

beforeAll(async () => {
  simulator = await startSimulator({ mchid: MCHID, appids: [APPID], timers: 'manual', refundDelayMs: 1000 })
  merchant = createMerchant(simulator)
  receiver = await startReceiver()
})
beforeEach(() => {
  receiver.arrivals.length = 0
})
afterAll(async () => {
  await simulator.stop()
  await receiver.stop()
})

function body(change: Record<string, unknown> = {}): Record<string, unknown> {
  const { appid: _, mchid: __, ...terms } = prepayBody()
  return { ...terms, sp_appid: APPID, sp_mchid: MCHID, sub_mchid: SUB, ...change }
}

const prepay = (method: string, sent: unknown): Promise<Answer> => merchant.post(`${BASE}/${method}`, sent)
const query = (number: unknown, sub = SUB): Promise<Answer> =>
  merchant.get(`${BASE}/out-trade-no/${String(number)}?sp_mchid=${MCHID}&sub_mchid=${sub}`)
const close = (number: unknown, sub_mchid = SUB): Promise<Answer> =>
  merchant.post(`${BASE}/out-trade-no/${String(number)}/close`, { sp_mchid: MCHID, sub_mchid })
const outcome = ({ status, json }: Answer): unknown => [status, json.code]

async function paid(change: Record<string, unknown> = {}): Promise<string> {
  const sent = body(change)
  expect((await prepay('native', sent)).status).toBe(200)
  await simulator.control.pay({ out_trade_no: String(sent['out_trade_no']) })
  return String(sent['out_trade_no'])
}

describe('an order of a service provider', () => {
  it.each([
    ['jsapi', 'prepay_id', { payer: { sp_openid: 'oPayer' } }],
    ['app', 'prepay_id', {}],
    ['h5', 'h5_url', { scene_info: { payer_client_ip: '203.0.113.7', h5_info: { type: 'Wap' } } }],
    ['native', 'code_url', {}],
  ] as const)('by %s answers a %s', async (method, ticket, change) => {
    const answer = await prepay(method, body(change))
    expect([answer.status, Object.keys(answer.json)]).toEqual([200, [ticket]])
    expect(verify(simulator.keys(), answer).ok).toBe(true)
  })

  it('is told with both parties, unpaid and paid, in query and notification', async () => {
    const payer = { sub_openid: 'oAtSub' }
    const sent = body({ sub_appid: SUB_APPID, payer, notify_url: receiver.url, attach: 'shop 7' })
    expect((await prepay('jsapi', sent)).status).toBe(200)
    const parties = { sp_appid: APPID, sp_mchid: MCHID, sub_appid: SUB_APPID, sub_mchid: SUB }
    const unpaid = await query(sent['out_trade_no'])
    expect(unpaid.json).toMatchObject({ ...parties, trade_state: 'NOTPAY', attach: 'shop 7' })
    await simulator.control.pay({ out_trade_no: String(sent['out_trade_no']) })
    await simulator.advance(0)
    const { json } = await query(sent['out_trade_no'])
    expect(json).toMatchObject({
      ...parties,
      trade_state: 'SUCCESS',
      payer: { sp_openid: expect.stringMatching(/^o/), sub_openid: 'oAtSub' },
      amount: { total: 100, payer_total: 100 },
    })
    expect(Object.keys(json)).not.toContain('mchid')
    expect(resourceOf(simulator.keys().apiv3_key, receiver.arrivals[0]!)).toEqual(json)
    const byId = await merchant.get(`${BASE}/id/${json.transaction_id}?sp_mchid=${MCHID}&sub_mchid=${SUB}`)
    expect(byId.json).toEqual(json)
  })

  it('has no openid at a sub-merchant without an appid', async () => {
    const number = await paid()
    expect((await query(number)).body.toString()).not.toMatch(/sub_openid|sub_appid/)
  })

  it.each<[string, Record<string, unknown>, string]>([
    ['no sub_mchid', { sub_mchid: undefined }, '/sub_mchid'],
    ['the fields of a direct merchant', { mchid: MCHID }, '/mchid'],
    ['another sp_mchid', { sp_mchid: '1900000999' }, '/sp_mchid'],
    ['a payer without any openid', { payer: {} }, '/payer/sp_openid'],
    ['a sub_openid without sub_appid', { payer: { sub_openid: 'o1' } }, '/sub_appid'],
    ['the openid of a direct merchant', { payer: { openid: 'o1' } }, '/payer/openid'],
  ])('is refused with %s', async (_name, change, field) => {
    const { status, json } = await prepay('jsapi', body({ payer: { sp_openid: 'o1' }, ...change }))
    expect([status, json.code, json.detail.field]).toEqual([400, 'PARAM_ERROR', field])
  })

  it('is refused with a payer where there is none, and with an appid of somebody else', async () => {
    expect((await prepay('native', body({ payer: { sp_openid: 'o1' } }))).json.detail.field).toBe('/payer')
    expect((await prepay('native', body({ sp_appid: SUB_APPID }))).json.code).toBe('APPID_MCHID_NOT_MATCH')
  })

  it('is not there for a direct merchant, nor for another sub-merchant', async () => {
    const number = await paid()
    const notThere = [404, 'ORDER_NOT_EXIST']
    expect(outcome(await merchant.get(`/v3/pay/transactions/out-trade-no/${number}?mchid=${MCHID}`))).toEqual(
      notThere,
    )
    expect(outcome(await query(number, '1900000110'))).toEqual(notThere)
    expect(outcome(await query(await paidOrder(simulator)))).toEqual(notThere)
    const unnamed = await merchant.get(`${BASE}/out-trade-no/${number}?sp_mchid=${MCHID}`)
    expect([unnamed.status, unnamed.json.detail.field]).toEqual([400, 'sub_mchid'])
  })

  it('is closed by both numbers', async () => {
    const sent = body()
    await prepay('native', sent)
    expect(outcome(await close(sent['out_trade_no'], '1900000110'))).toEqual([404, 'ORDER_NOT_EXIST'])
    expect((await close(sent['out_trade_no'])).status).toBe(204)
    expect((await query(sent['out_trade_no'])).json.trade_state).toBe('CLOSED')
    const foreign = { sp_mchid: '1900000999', sub_mchid: SUB }
    const path = `${BASE}/out-trade-no/${String(sent['out_trade_no'])}/close`
    expect((await merchant.post(path, foreign)).json.detail.field).toBe('/sp_mchid')
  })

  it('can be spoiled in its own fields', async () => {
    const out_trade_no = await paid({ notify_url: receiver.url })
    await simulator.control.addFault({ kind: 'wrong_mchid', match: { out_trade_no } })
    await simulator.control.addFault({ kind: 'wrong_appid', match: { out_trade_no } })
    await simulator.advance(0)
    const told = resourceOf(simulator.keys().apiv3_key, receiver.arrivals[0]!)!
    expect([told['sp_mchid'], told['sp_appid'], told['sub_mchid']]).toEqual([
      '1900000001',
      'wx00000000000bad00',
      SUB,
    ])
    expect(told['mchid']).toBeUndefined()
  })
})

describe('the payment parameters of a service provider', () => {
  it.each([
    ['the provider', APPID, MCHID],
    ['the sub-merchant', SUB_APPID, SUB],
  ])('may be those of %s', async (_name, appId, partnerId) => {
    const { json } = await prepay('app', body({ sub_appid: SUB_APPID }))
    const key = createPrivateKey(simulator.keys().merchant[0]!.private_key_pem!)
    const rest = { nonceStr: 'n', timeStamp: String(Math.floor(Date.now() / 1000)), package: 'Sign=WXPay' }
    const sign = signSha256(key, `${appId}\n${rest.timeStamp}\nn\n${json.prepay_id}\n`)
    const given = { ...rest, partnerId, prepayId: json.prepay_id, sign }
    expect((await simulator.control.invoke({ ...given, appId })).trade_state).toBe('NOTPAY')
    expect((await simulator.control.invoke(given)).trade_state).toBe('NOTPAY')
    await expect(simulator.control.invoke({ ...given, partnerId: '1' })).rejects.toThrow('partnerId')
  })
})

describe('a refund for a sub-merchant', () => {
  const refund = (sent: unknown): Promise<Answer> => merchant.post('/v3/refund/domestic/refunds', sent)

  it('names the sub-merchant, in request, query and notification', async () => {
    const number = await paid()
    const sent = refundBody(number, { sub_mchid: SUB, notify_url: receiver.url })
    const accepted = await refund(sent)
    expect([accepted.status, accepted.json.status]).toEqual([200, 'PROCESSING'])
    await simulator.advance(1000)
    const path = `/v3/refund/domestic/refunds/${String(sent['out_refund_no'])}`
    expect((await merchant.get(`${path}?sub_mchid=${SUB}`)).json.status).toBe('SUCCESS')
    expect((await merchant.get(path)).json.detail.field).toBe('sub_mchid')
    const told = resourceOf(simulator.keys().apiv3_key, receiver.arrivals[0]!)
    expect(told).toMatchObject({ sp_mchid: MCHID, sub_mchid: SUB, refund_status: 'SUCCESS' })
    expect(Object.keys(told!)).not.toContain('mchid')
  })

  it('is refused without it, with another, and with one for an order of its own', async () => {
    const number = await paid()
    expect((await refund(refundBody(number))).json.detail.field).toBe('/sub_mchid')
    expect(outcome(await refund(refundBody(number, { sub_mchid: '1900000110' })))).toEqual([
      400,
      'INVALID_REQUEST',
    ])
    const own = await paidOrder(simulator)
    expect(outcome(await refund(refundBody(own, { sub_mchid: SUB })))).toEqual([400, 'INVALID_REQUEST'])
  })

  it('can be made on the merchant platform, and be abnormal', async () => {
    const number = await paid()
    const { out_refund_no, refund_id } = await simulator.control.refundElsewhere({
      out_trade_no: number,
      status: 'ABNORMAL',
    })
    const path = `/v3/refund/domestic/refunds/${refund_id}/apply-abnormal-refund`
    const sent = { out_refund_no, type: 'MERCHANT_BANK_CARD' }
    expect((await merchant.post(path, sent)).json.detail.field).toBe('/sub_mchid')
    expect((await merchant.post(path, { ...sent, sub_mchid: SUB })).json.status).toBe('PROCESSING')
  })
})
