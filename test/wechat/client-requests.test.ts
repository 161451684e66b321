import { verify } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DEFAULT_USER_AGENT } from '#shared/wechat/call/client.ts'
import { createKeyRing } from '#shared/wechat/trust/key-ring.ts'
import { samplePrepaid, samplePrepay, startWechat, wechatError } from '#test/support/wechat-fixture.ts'
import type { WechatFixture } from '#test/support/wechat-fixture.ts'
import { failed, reset, signed } from '#test/support/wechat-peer.ts'
import type { Answerer, SeenRequest } from '#test/support/wechat-peer.ts'

let it_: WechatFixture

beforeEach(async () => {
  it_ = await startWechat()
})
afterEach(() => it_.close())

const refundBody =
  '{"out_refund_no":"r-1","out_trade_no":"order-1","amount":{"refund":1,"total":100,"currency":"CNY"}}'
const notPaid = { appid: 'wx1', mchid: '1900000109', out_trade_no: 'order-1', trade_state: 'NOTPAY' }

function ok(body: unknown = samplePrepaid): Answerer {
  return signed(it_.platform.publicKey, body)
}

function authorization({ headers }: SeenRequest) {
  const { authorization: value = '' } = headers
  const match =
    /^WECHATPAY2-SHA256-RSA2048 mchid="([0-9]+)",nonce_str="([0-9A-F]{32})",signature="([A-Za-z0-9+/=]+)",timestamp="([0-9]+)",serial_no="([0-9A-F]+)"$/.exec(
      value,
    )
  if (match === null) throw new Error(`not an Authorization header: ${value}`)
  const [, mchid = '', nonce = '', signature = '', timestamp = '', serial = ''] = match
  return { mchid, nonce, signature, timestamp, serial }
}

/** Checks as WeChat does, without any of our own code. */
function signatureVerifies(request: SeenRequest): boolean {
  const { nonce, signature, timestamp } = authorization(request)
  const message = `${request.method}\n${request.url}\n${timestamp}\n${nonce}\n${request.body}\n`
  return verify('sha256', Buffer.from(message), it_.merchant.publicPem, Buffer.from(signature, 'base64'))
}

describe('requests', () => {
  it('signs exactly what it sends, and sends what WeChat demands', async () => {
    it_.primary.answer(ok())
    await it_.wechat.prepay('native', samplePrepay)
    const [request] = it_.primary.requests
    expect(request).toMatchObject({
      method: 'POST',
      url: '/v3/pay/transactions/native',
      body: JSON.stringify(samplePrepay),
    })
    expect(request?.headers).toMatchObject({
      accept: 'application/json',
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(JSON.stringify(samplePrepay))),
      'user-agent': DEFAULT_USER_AGENT,
      'wechatpay-serial': it_.platform.publicKey.serial,
    })
    expect(authorization(request!)).toMatchObject({
      mchid: '1900000109',
      serial: it_.merchant.signer.serialNo,
    })
    expect(Math.abs(Number(authorization(request!).timestamp) - Date.now() / 1000)).toBeLessThan(5)
    expect(signatureVerifies(request!)).toBe(true)
  })

  it('names product and version first, the version of the package', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }
    expect(DEFAULT_USER_AGENT).toMatch(new RegExp(`^wechatpay-lambda/${version} \\(\\w+\\) Node\\.js/\\d+`))
  })

  it('signs the query of a GET, and sends no body headers with it', async () => {
    it_.primary.answer(ok({ ...notPaid, out_trade_no: 'a|b*c-1' }))
    await it_.wechat.queryOrder('a|b*c-1')
    const [request] = it_.primary.requests
    expect(request?.url).toBe('/v3/pay/transactions/out-trade-no/a%7Cb*c-1?mchid=1900000109')
    expect(request?.headers['content-type']).toBeUndefined()
    expect(request?.headers['content-length']).toBeUndefined()
    expect(signatureVerifies(request!)).toBe(true)
  })

  it('asks for no key in certificate mode, and verifies by the certificate', async () => {
    const wechat = it_.client({ keyRing: async () => it_.platform.certificateRing })
    it_.primary.answer(signed(it_.platform.certificate, samplePrepaid))
    await wechat.prepay('native', samplePrepay)
    expect(it_.primary.requests[0]?.headers['wechatpay-serial']).toBeUndefined()
  })

  it('repeats with a fresh nonce and signature, a fresh time, and a fresh connection', async () => {
    let now = Date.now()
    const wechat = it_.client({ clock: { now: () => (now += 2000) } })
    it_.primary.answer(failed(429, 'FREQUENCY_LIMITED'), ok())
    await wechat.prepay('native', samplePrepay)
    const [first, second] = it_.primary.requests.map((request) => ({
      ...authorization(request),
      port: request.port,
    }))
    expect(it_.primary.requests.every(signatureVerifies)).toBe(true)
    expect(it_.primary.requests[1]?.body).toBe(it_.primary.requests[0]?.body)
    for (const field of ['nonce', 'signature', 'timestamp', 'port'] as const) {
      expect(second?.[field]).not.toBe(first?.[field])
    }
    expect(it_.pauses).toEqual([500])
  })

  it('uses a rotated signing key and ring with the next attempt', async () => {
    const rotated = { ...it_.merchant.signer, serialNo: 'ABCDEF' }
    let calls = 0
    const wechat = it_.client({ signer: async () => (calls++ === 0 ? it_.merchant.signer : rotated) })
    it_.primary.answer(reset)
    it_.backup.answer(ok())
    await wechat.prepay('native', samplePrepay)
    expect(authorization(it_.backup.requests[0]!).serial).toBe('ABCDEF')
  })
})

describe('keys', () => {
  it('sends nothing and says so when the keys cannot be loaded, without blaming the domain', async () => {
    const cause = new Error('no secret')
    const broken = it_.client({ keyRing: () => Promise.reject(cause) })
    for (let i = 0; i < 4; i += 1) {
      expect(await wechatError(broken.createRefund(refundBody))).toMatchObject({
        code: 'not_sent',
        certain: true,
        cause,
      })
    }
    expect(it_.primary.requests).toHaveLength(0)
    expect(it_.pauses).toEqual([])
  })

  it('keeps the unknown outcome when the keys vanish between two attempts', async () => {
    let loads = 0
    const wechat = it_.client({
      keyRing: async () => (loads++ === 0 ? createKeyRing([]) : Promise.reject(new Error('gone'))),
    })
    it_.primary.answer(failed(500, 'SYSTEM_ERROR'))
    expect(await wechatError(wechat.closeOrder('order-1'))).toMatchObject({
      code: 'not_sent',
      certain: false,
    })
  })
})
