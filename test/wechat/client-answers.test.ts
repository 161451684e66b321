import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createKeyRing } from '#shared/wechat/trust/key-ring.ts'
import type { WechatPayDeps } from '#shared/wechat/v3/wechat-pay-client.ts'
import { samplePrepaid, samplePrepay, startWechat, wechatError } from '#test/support/wechat-fixture.ts'
import type { WechatFixture } from '#test/support/wechat-fixture.ts'
import { makePlatformCertificate, signedHeaders } from '#test/support/wechat-keys.ts'
import { failed, signed } from '#test/support/wechat-peer.ts'
import type { Answerer } from '#test/support/wechat-peer.ts'

let it_: WechatFixture

beforeEach(async () => {
  it_ = await startWechat()
})
afterEach(() => it_.close())

const refundBody =
  '{"out_refund_no":"r-1","out_trade_no":"order-1","amount":{"refund":1,"total":100,"currency":"CNY"}}'

function ok(body: unknown = samplePrepaid): Answerer {
  return signed(it_.platform.publicKey, body)
}

describe('an answer with a serial that is not in memory', () => {
  const fresh = makePlatformCertificate()
  const answered = (reloadKeyRing: NonNullable<WechatPayDeps['reloadKeyRing']>) => {
    it_.primary.answer(signed(fresh, samplePrepaid))
    return it_.client({ reloadKeyRing }).prepay('native', samplePrepay)
  }

  it('is verified with the stored keys, read once more', async () => {
    let reloads = 0
    const reload = async () => ((reloads += 1), createKeyRing([fresh.record]))
    await expect(answered(reload)).resolves.toEqual(samplePrepaid)
    expect(reloads).toBe(1)
  })

  it('stays unverified when they do not have it either, or cannot be read', async () => {
    await expect(answered(async () => createKeyRing([]))).rejects.toMatchObject({ code: 'unverifiable' })
    await expect(answered(async () => Promise.reject(new Error('down')))).rejects.toMatchObject({
      code: 'unverifiable',
    })
  })

  it('does not cause a reload for any other reason', async () => {
    let reloads = 0
    it_.primary.answer((_, response) => response.writeHead(200).end('{}'))
    const wechat = it_.client({ reloadKeyRing: async () => ((reloads += 1), createKeyRing([])) })
    await expect(wechat.createRefund(refundBody)).rejects.toMatchObject({ code: 'unverifiable' })
    expect(reloads).toBe(0)
  })
})

describe('answers', () => {
  it('accepts a verified 204', async () => {
    it_.primary.answer(signed(it_.platform.publicKey, undefined, { status: 204 }))
    await expect(it_.wechat.closeOrder('order-1')).resolves.toBeUndefined()
    expect(it_.primary.requests[0]?.body).toBe('{"mchid":"1900000109"}')
  })

  it.each([
    ['unsigned', (): Answerer => (_, response) => response.writeHead(200).end('{}'), 'header_missing'],
    [
      'a probe',
      (): Answerer => (_, response) => {
        const headers = signedHeaders(it_.platform.publicKey, '{}')
        response
          .writeHead(200, {
            ...headers,
            'wechatpay-signature': `WECHATPAY/SIGNTEST/${headers['wechatpay-signature']?.slice(19)}`,
          })
          .end('{}')
      },
      'probe',
    ],
    [
      'signed by an unknown key',
      (): Answerer => signed(makePlatformCertificate(), samplePrepaid),
      'unknown_serial',
    ],
    [
      'signed over other bytes',
      (): Answerer => (_, response) =>
        response.writeHead(200, signedHeaders(it_.platform.publicKey, '{}')).end('{ }'),
      'signature',
    ],
    [
      'too old',
      (): Answerer => signed(it_.platform.publicKey, samplePrepaid, { now: Date.now() - 302_000 }),
      'timestamp',
    ],
    [
      'of another scheme',
      (): Answerer =>
        signed(it_.platform.publicKey, samplePrepaid, { signatureType: 'WECHATPAY2-SM2-WITH-SM3' }),
      'signature_type',
    ],
  ])('never takes a 200 that is %s for a success', async (_, answerer, reason) => {
    it_.primary.answer(answerer())
    const body = JSON.stringify({ out_refund_no: 'r-1' })
    const error = await wechatError(it_.wechat.createRefund(body))
    expect(error).toMatchObject({ code: 'unverifiable', certain: false, httpStatus: 200 })
    expect(it_.primary.requests).toHaveLength(1)
    expect(it_.logs).toContainEqual(
      expect.objectContaining({
        level: reason === 'probe' ? 'info' : 'warn',
        reason,
        outcome: 'unverifiable',
        attempt: 1,
        http_status: 200,
      }),
    )
  })

  it('repeats after a probe where repeating is safe, on the same domain', async () => {
    it_.primary.answer(signed(makePlatformCertificate(), samplePrepaid), ok())
    await expect(it_.wechat.prepay('native', samplePrepay)).resolves.toEqual(samplePrepaid)
    expect(it_.backup.requests).toHaveLength(0)
  })

  it('does not let an unverifiable 204 pass', async () => {
    it_.primary.answer((_, response) => response.writeHead(204).end())
    expect(await wechatError(it_.wechat.closeOrder('order-1'))).toMatchObject({
      code: 'unverifiable',
      certain: false,
    })
  })

  it('takes a 202 for accepted and unknown, even if signed', async () => {
    it_.primary.answer(signed(it_.platform.publicKey, { refund_id: '1' }, { status: 202 }))
    expect(await wechatError(it_.wechat.createRefund(refundBody))).toMatchObject({
      code: 'server_error',
      certain: false,
      httpStatus: 202,
    })
  })

  it('reads the real error code although errors are not signed', async () => {
    it_.primary.answer(failed(403, 'OUT_TRADE_NO_USED'))
    expect(await wechatError(it_.wechat.prepay('native', samplePrepay))).toMatchObject({
      code: 'number_used',
      certain: true,
      httpStatus: 403,
      wechatCode: 'OUT_TRADE_NO_USED',
      requestId: '08F78BB5AF0610D302-268435461',
    })
    expect(it_.primary.requests).toHaveLength(1)
    expect(it_.pauses).toEqual([])
  })

  it('does not take an answer above the limit', async () => {
    const wechat = it_.client({}, { maxResponseBytes: 10 })
    it_.primary.answer(ok())
    expect(await wechatError(wechat.createRefund(refundBody))).toMatchObject({
      code: 'network',
      certain: false,
    })
  })

  it('logs names and numbers only', async () => {
    it_.primary.answer(failed(400, 'PARAM_ERROR'))
    await wechatError(it_.wechat.prepay('jsapi', { ...samplePrepay, payer: { openid: 'o-canary' } }))
    it_.primary.answer(signed(it_.platform.publicKey, { prepay_id: 'canary-id' }))
    await it_.wechat.prepay('jsapi', { ...samplePrepay, payer: { openid: 'o-canary' } })
    const text = JSON.stringify(it_.logs)
    expect(it_.logs.map(({ code }) => code)).toEqual(['WECHAT_ATTEMPT_FAILED', 'WECHAT_ATTEMPT_SUCCEEDED'])
    expect(it_.logs[0]).toMatchObject({
      attempt: 1,
      http_status: 400,
      wechat_code: 'PARAM_ERROR',
      wechat_request_id: '08F78BB5AF0610D302-268435461',
    })
    for (const secret of ['canary', '内部说明', 'signature=', 'PRIVATE']) expect(text).not.toContain(secret)
  })
})
