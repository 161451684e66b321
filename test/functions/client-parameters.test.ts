import { describe, expect, it } from 'vitest'
import { createClientParameters } from '#shared/wechat/v3/client-parameters.ts'
import { paymentView } from '#shared/api/payment-view.ts'
import { verifySha256 } from '#shared/crypto/rsa.ts'
import { payMessage } from '#shared/wechat/v3/pay-params.ts'
import { anOrder, APPID, MCHID, NOW } from '#test/support/orders.ts'
import type { Sketch } from '#test/support/orders.ts'
import { makeMerchant } from '#test/support/wechat-keys.ts'

const merchant = makeMerchant(MCHID)
let signed = 0
const parameters = createClientParameters({
  signer: async () => ((signed += 1), merchant.signer),
  clock: { now: () => NOW + 999 },
  nonce: () => 'NONCE',
})
const prepaid = (changes: Sketch) =>
  anOrder({ prepay: { prepay_id: 'wx2810', obtained_at: NOW }, ...changes })
const timestamp = NOW / 1000

describe('client parameters', () => {
  it('of JSAPI are signed for this moment', async () => {
    const given = await parameters(prepaid({ method: 'jsapi' }))
    expect(given).toMatchObject({
      appId: APPID,
      timeStamp: String(timestamp),
      nonceStr: 'NONCE',
      package: 'prepay_id=wx2810',
      signType: 'RSA',
    })
    const message = payMessage({ appid: APPID, timestamp, nonce: 'NONCE' }, 'prepay_id=wx2810')
    const { paySign } = given as { paySign: string }
    expect(verifySha256(merchant.publicKey, Buffer.from(message), paySign)).toBe(true)
  })

  it('of an app are signed over the bare id', async () => {
    const given = await parameters(prepaid({ method: 'app' }))
    expect(given).toMatchObject({
      appId: APPID,
      partnerId: MCHID,
      prepayId: 'wx2810',
      timeStamp: String(timestamp),
    })
    const message = payMessage({ appid: APPID, timestamp, nonce: 'NONCE' }, 'wx2810')
    expect(verifySha256(merchant.publicKey, Buffer.from(message), (given as { sign: string }).sign)).toBe(
      true,
    )
  })

  it('are none for other methods, or without a prepay_id, and nothing is signed', async () => {
    signed = 0
    expect(await parameters(prepaid({ method: 'native' }))).toBeUndefined()
    expect(await parameters(prepaid({ method: 'h5' }))).toBeUndefined()
    expect(await parameters(anOrder({ method: 'jsapi' }))).toBeUndefined()
    expect(
      await parameters(anOrder({ method: 'app', prepay: { code_url: 'c', obtained_at: NOW } })),
    ).toBeUndefined()
    expect(signed).toBe(0)
  })
})

describe('the answer to a prepay', () => {
  it('holds what the client needs and the order', () => {
    const pay_params = { appId: APPID } as never
    expect(paymentView({ order: prepaid({}), pay_params })).toMatchObject({
      out_trade_no: 'ORDER-0001',
      prepay_id: 'wx2810',
      pay_params,
    })
    const native = anOrder({ prepay: { code_url: 'weixin://a', obtained_at: NOW } })
    expect(paymentView({ order: native, pay_params: undefined })).toMatchObject({ code_url: 'weixin://a' })
    expect(paymentView({ order: anOrder(), pay_params: undefined }).prepay_id).toBeUndefined()
  })
})
