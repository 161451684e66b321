import { describe, expect, it } from 'vitest'
import { loadPublicKey, verifyText } from '#shared/crypto/keys.ts'
import { appPayParams, jsapiPayParams, payMessage } from '#shared/wechat/v3/pay-params.ts'
import { str, vector } from '#test/support/vectors.ts'
import { makeMerchant } from '#test/support/wechat-keys.ts'

const merchant = makeMerchant()
const input = { appid: 'wx2421b1c4370ec43b', prepayId: 'wx2014', timestamp: 1_554_208_460, nonce: 'N0NCE' }

function signs(message: string, signature: string): boolean {
  return verifyText(merchant.publicKey, Buffer.from(message), signature)
}

describe('client pay parameters', () => {
  it('gives JSAPI and mini programs exactly their fields, signed over the packed prepay_id', () => {
    const { paySign, ...rest } = jsapiPayParams(merchant.signer, input)
    expect(rest).toEqual({
      appId: 'wx2421b1c4370ec43b',
      timeStamp: '1554208460',
      nonceStr: 'N0NCE',
      package: 'prepay_id=wx2014',
      signType: 'RSA',
    })
    expect(signs('wx2421b1c4370ec43b\n1554208460\nN0NCE\nprepay_id=wx2014\n', paySign)).toBe(true)
  })

  it('gives Apps exactly their fields, signed over the bare prepay_id', () => {
    const { sign, ...rest } = appPayParams(merchant.signer, input)
    expect(rest).toEqual({
      appId: 'wx2421b1c4370ec43b',
      partnerId: '1900000109',
      prepayId: 'wx2014',
      packageValue: 'Sign=WXPay',
      nonceStr: 'N0NCE',
      timeStamp: '1554208460',
    })
    expect(signs('wx2421b1c4370ec43b\n1554208460\nN0NCE\nwx2014\n', sign)).toBe(true)
  })

  it.each([
    ['skills-jsapi-paysign', 'package', 'paySign'],
    ['skills-app-sign', 'prepayId', 'sign'],
  ])('builds the message of %s, whose official signature verifies', (name, last, signature) => {
    const v = vector(name)
    const sample = {
      appid: str(v, 'appId'),
      timestamp: Number(str(v, 'timeStamp')),
      nonce: str(v, 'nonceStr'),
    }
    const message = payMessage(sample, str(v, last))
    expect(message).toBe(str(v, 'message'))
    const key = loadPublicKey(str(v, 'public_key_pem'))
    expect(verifyText(key, Buffer.from(message), str(v, signature))).toBe(true)
    expect(verifyText(key, Buffer.from(message.slice(0, -1)), str(v, signature))).toBe(false)
  })
})
