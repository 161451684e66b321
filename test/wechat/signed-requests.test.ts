import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { verifySha256 } from '#shared/crypto/rsa.ts'
import { requestMessage } from '#shared/wechat/trust/signature.ts'
import type { WechatPay } from '#shared/wechat/wechat-pay.ts'
import { createWechatPay } from '#shared/wechat/v3/wechat-pay-client.ts'
import { samplePrepay, startWechat } from '#test/support/wechat-fixture.ts'
import type { WechatFixture } from '#test/support/wechat-fixture.ts'
import { failed } from '#test/support/wechat-peer.ts'

let it_: WechatFixture

beforeEach(async () => {
  it_ = await startWechat()
})
afterEach(() => it_.close())

const AUTHORIZATION =
  /^WECHATPAY2-SHA256-RSA2048 mchid="([^"]+)",nonce_str="([^"]+)",signature="([^"]+)",timestamp="(\d+)",serial_no="([^"]+)"$/
const CALLS: Readonly<Record<string, (wechat: WechatPay) => Promise<unknown>>> = {
  prepay: (wechat) => wechat.prepay('native', samplePrepay),
  queryOrder: (wechat) => wechat.queryOrder('order|*-_1'),
  queryTransaction: (wechat) => wechat.queryTransaction('42'),
  closeOrder: (wechat) => wechat.closeOrder('order-1'),
  createRefund: (wechat) => wechat.createRefund('{"out_refund_no":"r@1","reason":"退款"}'),
  queryRefund: (wechat) => wechat.queryRefund('r@1'),
  downloadCertificates: (wechat) => wechat.downloadCertificates(),
}

describe('every call', () => {
  it.each(Object.entries(CALLS))('%s is signed over exactly what arrives', async (_, call) => {
    it_.primary.answer(failed(403, 'NO_AUTH'))
    await call(it_.wechat).catch(() => {})
    const { method, url, headers, body } = it_.primary.requests[0]!
    const [, mchid, nonce = '', signature = '', timestamp, serial] =
      AUTHORIZATION.exec(headers.authorization ?? '') ?? []
    expect([mchid, serial]).toEqual([it_.merchant.mchid, it_.merchant.signer.serialNo])
    const message = requestMessage({ method, url, body, nonce, timestamp: Number(timestamp) })
    expect(verifySha256(it_.merchant.publicKey, Buffer.from(message), signature)).toBe(true)
  })

  it.each(Object.entries(CALLS))(
    '%s is repeated after an unknown outcome only where that is safe',
    async (name, call) => {
      it_.primary.answer(failed(500, 'SYSTEM_ERROR'))
      it_.backup.answer(failed(500, 'SYSTEM_ERROR'))
      await call(it_.wechat).catch(() => {})
      const sent = it_.primary.requests.length + it_.backup.requests.length
      expect(sent > 1).toBe(name !== 'createRefund')
    },
  )

  it('of certificates needs an APIv3 key, and says so', async () => {
    const { apiV3Keys: _, ...deps } = it_.deps()
    await expect(createWechatPay(deps).downloadCertificates()).rejects.toMatchObject({
      code: 'not_sent',
      cause: new TypeError('certificates can only be downloaded where apiV3Keys is given'),
    })
  })
})
