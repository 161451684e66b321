import { createPrivateKey } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startSimulator } from '#simulator/simulator.ts'
import type { Simulator } from '#simulator/simulator.ts'
import { signSha256 } from '#shared/crypto/rsa.ts'
import { APPID, MCHID, createMerchant, prepayBody } from './support/merchant.ts'
import type { Merchant } from './support/merchant.ts'

let simulator: Simulator
let merchant: Merchant

beforeAll(async () => {
  simulator = await startSimulator({ mchid: MCHID, appids: [APPID], timers: 'manual' })
  merchant = createMerchant(simulator)
})
afterAll(() => simulator.stop())

const OPENID = 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o'

describe('the payer', () => {
  const signed = (message: string): string =>
    signSha256(createPrivateKey(simulator.keys().merchant[0]!.private_key_pem!), message)
  const time = (): { timeStamp: string; nonceStr: string } => ({
    timeStamp: String(Math.floor(Date.now() / 1000)),
    nonceStr: 'n0nce',
  })

  it('opens a JSAPI payment only with parameters that the merchant signed', async () => {
    const { json } = await merchant.post(
      '/v3/pay/transactions/jsapi',
      prepayBody({ payer: { openid: OPENID } }),
    )
    const given = { appId: APPID, ...time(), package: `prepay_id=${json.prepay_id}`, signType: 'RSA' }
    const paySign = signed(`${given.appId}\n${given.timeStamp}\n${given.nonceStr}\n${given.package}\n`)
    expect((await simulator.control.invoke({ ...given, paySign })).trade_state).toBe('NOTPAY')
    await expect(simulator.control.invoke({ ...given, nonceStr: 'other', paySign })).rejects.toThrow(
      '支付验证签名失败',
    )
    await expect(simulator.control.invoke({ ...given, signType: 'MD5', paySign })).rejects.toThrow('signType')
  })

  it('opens an App payment over the bare prepay_id', async () => {
    const { json } = await merchant.post('/v3/pay/transactions/app', prepayBody())
    const given = {
      appId: APPID,
      partnerId: MCHID,
      prepayId: json.prepay_id,
      packageValue: 'Sign=WXPay',
      ...time(),
    }
    const message = (id: string): string => `${APPID}\n${given.timeStamp}\n${given.nonceStr}\n${id}\n`
    expect(
      (await simulator.control.invoke({ ...given, sign: signed(message(given.prepayId)) })).channel,
    ).toBe('app')
    await expect(
      simulator.control.invoke({ ...given, sign: signed(message(`prepay_id=${given.prepayId}`)) }),
    ).rejects.toThrow('签名失败')
    await expect(simulator.control.invoke({ ...given, partnerId: 'other', sign: 'x' })).rejects.toThrow(
      'partnerId',
    )
  })

  it.each([
    ['Android', ['appId', 'partnerId', 'prepayId', 'packageValue', 'nonceStr', 'timeStamp', 'sign']],
    ['Java and uni-app', ['appid', 'partnerid', 'prepayid', 'package', 'noncestr', 'timestamp', 'sign']],
    ['Go and iOS', ['', 'partnerId', 'prepayId', 'package', 'nonceStr', 'timeStamp', 'sign']],
    ['WxJava', ['appid', 'partnerId', 'prepayId', 'packageValue', 'noncestr', 'timestamp', 'sign']],
    [
      'Java as its fields are named',
      ['appid', 'partnerId', 'prepayId', 'packageVal', 'nonceStr', 'timestamp', 'sign'],
    ],
  ])('opens an App payment with the names of %s', async (_sdk, names) => {
    const { json } = await merchant.post('/v3/pay/transactions/app', prepayBody())
    const { timeStamp, nonceStr } = time()
    const sign = signed(`${APPID}\n${timeStamp}\n${nonceStr}\n${json.prepay_id}\n`)
    const values = [APPID, MCHID, json.prepay_id, 'Sign=WXPay', nonceStr, timeStamp, sign]
    const given = Object.fromEntries(
      names.map((name, at) => [name, values[at]!]).filter(([name]) => name !== ''),
    )
    expect((await simulator.control.invoke(given)).channel).toBe('app')
    await expect(simulator.control.invoke({ ...given, sign: 'x' })).rejects.toThrow('签名失败')
  })

  it('opens a mini program payment without appId, and a page of the JS-SDK with timestamp', async () => {
    const { json } = await merchant.post(
      '/v3/pay/transactions/jsapi',
      prepayBody({ payer: { openid: OPENID } }),
    )
    const { timeStamp, nonceStr } = time()
    const packed = `prepay_id=${json.prepay_id}`
    const paySign = signed(`${APPID}\n${timeStamp}\n${nonceStr}\n${packed}\n`)
    const given = { nonceStr, package: packed, signType: 'RSA', paySign }
    expect((await simulator.control.invoke({ ...given, timeStamp })).channel).toBe('jsapi')
    expect((await simulator.control.invoke({ ...given, timestamp: timeStamp })).channel).toBe('jsapi')
    await expect(simulator.control.invoke({ ...given, timeStamp, timestamp: timeStamp })).rejects.toThrow(
      'two spellings',
    )
    await expect(simulator.control.invoke({ ...given, timeStamp, package: 'x' })).rejects.toThrow(
      'prepay_id=',
    )
  })

  it('pays by what limit_pay leaves', async () => {
    const place = async (limit_pay: readonly string[]): Promise<string> => {
      const body = prepayBody({ limit_pay })
      expect((await merchant.post('/v3/pay/transactions/native', body)).status).toBe(200)
      return String(body['out_trade_no'])
    }
    const noCredit = await place(['no_credit'])
    await expect(simulator.control.pay({ out_trade_no: noCredit, bank_type: 'CMB_CREDIT' })).rejects.toThrow(
      'limit_pay of the order has no_credit',
    )
    await simulator.control.pay({ out_trade_no: noCredit, bank_type: 'CMB_DEBIT' })
    const cards = await place(['no_balance', 'no_debit'])
    await simulator.control.pay({ out_trade_no: cards })
    const path = `/v3/pay/transactions/out-trade-no/${cards}?mchid=${MCHID}`
    expect(JSON.parse((await merchant.get(path)).body.toString())).toMatchObject({ bank_type: 'CMB_CREDIT' })
    const balance = await place(['balance_only'])
    await expect(simulator.control.pay({ out_trade_no: balance, bank_type: 'CMB_DEBIT' })).rejects.toThrow(
      'balance_only',
    )
    const { status, json } = await merchant.post(
      '/v3/pay/transactions/native',
      prepayBody({ limit_pay: ['NO_CREDIT'] }),
    )
    expect([status, json.code, json.detail.field]).toEqual([400, 'PARAM_ERROR', '/limit_pay/0'])
  })

  it('pays once, and not for someone else', async () => {
    const body = prepayBody({ payer: { openid: OPENID } })
    const { json } = await merchant.post('/v3/pay/transactions/jsapi', body)
    await expect(
      simulator.control.pay({ prepay_id: json.prepay_id, openid: 'oSomeoneElse' }),
    ).rejects.toThrow('another openid')
    await expect(simulator.control.pay({ prepay_id: json.prepay_id, coupon: 101 })).rejects.toThrow('coupon')
    expect((await simulator.control.pay({ prepay_id: json.prepay_id })).trade_state).toBe('SUCCESS')
    await expect(simulator.control.pay({ prepay_id: json.prepay_id })).rejects.toThrow('paid already')
    await expect(simulator.control.pay({})).rejects.toThrow('say which order')
    await expect(simulator.control.pay({ out_trade_no: 'UNKNOWN1' })).rejects.toThrow('no order UNKNOWN1')
  })
})
