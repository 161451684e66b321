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
