import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadAppSigner } from '#shared/alipay/app-signer.ts'
import { createAlipayKeyRing } from '#shared/alipay/key-ring.ts'
import { signedText } from '#shared/alipay/signed-text.ts'
import { verifySha256 } from '#shared/crypto/rsa.ts'
import { reset } from '#test/support/wechat-peer.ts'
import { makeCertificate } from '#test/support/wechat-keys.ts'
import { str, vector } from '#test/support/vectors.ts'
import { ALIPAY, APP, APP_ID, signedAnswer } from './alipay-keys.ts'
import { answers, business, failureOf, startAlipay, text } from './gateway-fixture.ts'
import type { AlipayFixture } from './gateway-fixture.ts'

const QUERY = 'alipay.trade.query'
const unpaid = { code: '10000', msg: 'Success', out_trade_no: 'ORDER-1', trade_status: 'WAIT_BUYER_PAY' }

let fixture: AlipayFixture
beforeEach(async () => {
  fixture = await startAlipay()
})
afterEach(() => fixture.close())

describe('a call', () => {
  it('is a signed form with the parameters that Alipay asks for', async () => {
    fixture.peer.answer(answers(QUERY, unpaid))
    await fixture.alipay.queryOrder('ORDER-1')
    const [request] = fixture.peer.requests
    expect(request).toMatchObject({ method: 'POST', url: '/gateway.do' })
    expect(request?.headers['content-type']).toBe('application/x-www-form-urlencoded;charset=utf-8')
    const [{ sign = '', ...parameters } = {}] = fixture.sent()
    expect(parameters).toEqual({
      app_id: APP_ID,
      method: QUERY,
      format: 'JSON',
      charset: 'utf-8',
      sign_type: 'RSA2',
      timestamp: '2026-06-08 18:34:56',
      version: '1.0',
      biz_content: '{"out_trade_no":"ORDER-1"}',
    })
    const signed = signedText(Object.entries(parameters))
    expect(verifySha256(APP.publicKey, Buffer.from(signed), sign)).toBe(true)
  })

  it('names its certificates in certificate mode, and signs them', async () => {
    fixture.peer.answer(answers(QUERY, unpaid))
    const signer = loadAppSigner({
      private_key: APP.privatePem,
      app_certificate: makeCertificate(APP),
      root_certificate: str(vector('sdk-root-certificate'), 'pem'),
    })
    await fixture.make({ signer: async () => signer }).queryOrder('ORDER-1')
    const [{ sign = '', ...parameters } = {}] = fixture.sent()
    expect(parameters).toMatchObject({ ...signer.certificates })
    expect(verifySha256(APP.publicKey, Buffer.from(signedText(Object.entries(parameters))), sign)).toBe(true)
  })

  it.each(['ftp://x/gateway.do', 'https://x/gateway.do?a=1', 'https://x/#a'])(
    'never goes to %s',
    (gatewayUrl) => {
      expect(() => fixture.make({ gatewayUrl })).toThrow(RangeError)
    },
  )
})

describe('an answer', () => {
  const SIGNED = signedAnswer(QUERY, unpaid)

  it.each([
    [
      'without a signature',
      text('{"alipay_trade_query_response":{"code":"40002","sub_code":"isv.invalid-app-id"}}'),
    ],
    ['of another key', answers(QUERY, unpaid, { key: APP.privateKey })],
    ['changed', text(SIGNED.replace('ORDER-1', 'ORDER-2'))],
    ['of another call', answers('alipay.trade.close', unpaid)],
    ['that is no JSON', text('<html></html>')],
    [
      'that names another certificate, of a ring that has names',
      answers(QUERY, unpaid, { more: { alipay_cert_sn: 'f' } }),
    ],
  ])('%s is not believed, and leaves the outcome unknown', async (name, answer) => {
    fixture.peer.answer(answer)
    const certificate = { kind: 'certificate', pem: makeCertificate(ALIPAY) } as const
    const ring = createAlipayKeyRing([certificate])
    const alipay = name.includes('names') ? fixture.make({ keyRing: async () => ring }) : fixture.alipay
    const error = await failureOf(alipay.queryOrder('ORDER-1'))
    expect([error.code, error.certain]).toEqual(['unverifiable', false])
    // A query is safe to repeat.
    expect(fixture.peer.requests).toHaveLength(4)
  })

  it('keeps the code of what is not believed, for whoever has to mend it', async () => {
    fixture.peer.answer(
      text('{"alipay_trade_query_response":{"code":"40002","sub_code":"isv.invalid-app-id"}}'),
    )
    expect(await failureOf(fixture.alipay.queryOrder('ORDER-1'))).toMatchObject({
      wechatCode: 'isv.invalid-app-id',
    })
    expect(fixture.logged[0]).toEqual({
      code: 'ALIPAY_ATTEMPT_FAILED',
      fields: {
        attempt: 1,
        outcome: 'unverifiable',
        reason: 'unsigned',
        http_status: 200,
        wechat_code: 'isv.invalid-app-id',
      },
    })
  })

  it('signed by a certificate that is newer than the ring is looked up once more', async () => {
    const newer = createAlipayKeyRing([{ kind: 'certificate', pem: makeCertificate(ALIPAY) }])
    const older = createAlipayKeyRing([{ kind: 'certificate', pem: makeCertificate(APP) }])
    const alipay_cert_sn = newer.keys[0]?.sn ?? ''
    fixture.peer.answer(answers(QUERY, unpaid, { more: { alipay_cert_sn } }))
    const alipay = fixture.make({ keyRing: async () => older, reloadKeyRing: async () => newer })
    expect(await alipay.queryOrder('ORDER-1')).toMatchObject({ trade_state: 'NOTPAY' })
    const lost = fixture.make({
      keyRing: async () => older,
      reloadKeyRing: () => Promise.reject(new Error('away')),
    })
    expect(await failureOf(lost.queryOrder('ORDER-1'))).toMatchObject({ code: 'unverifiable' })
  })

  it.each([
    [business('isp.unknow-error', '20000'), 'server_error', false],
    [business('aop.ACQ.SYSTEM_ERROR', '20000'), 'server_error', false],
    [business('ACQ.SYSTEM_ERROR'), 'server_error', false],
    [business('ACQ.NEVER_HEARD_OF'), 'server_error', false],
    [business('constructor'), 'server_error', false],
    [business('isv.app-call-limited', '40005'), 'rate_limited', false],
    [business('isv.invalid-signature', '40002'), 'refused', true],
    [business('isv.insufficient-isv-permissions', '40006'), 'refused', true],
    [business('aop.invalid-auth-token', '20001'), 'refused', true],
    [business('aop.unknow-error', '40002'), 'server_error', false],
    [business('ACQ.INVALID_PARAMETER'), 'refused', true],
    [{ msg: 'no code' }, 'server_error', false],
  ])('%j means %s, certain: %s', async (content, code, certain) => {
    fixture.peer.answer(answers(QUERY, content))
    const error = await failureOf(fixture.alipay.queryOrder('ORDER-1'))
    expect([error.code, error.certain]).toEqual([code, certain])
    expect(error.message).not.toContain('不可说')
  })

  it('of any status but 200 is none', async () => {
    fixture.peer.answer(text(SIGNED, 502))
    expect(await failureOf(fixture.alipay.queryOrder('ORDER-1'))).toMatchObject({
      code: 'server_error',
      certain: false,
      httpStatus: 502,
    })
  })
})

describe('a call that failed', () => {
  it('is made again where that is safe', async () => {
    fixture.peer.answer(reset, text('', 502), answers(QUERY, unpaid))
    expect(await fixture.alipay.queryOrder('ORDER-1')).toMatchObject({ trade_state: 'NOTPAY' })
    expect(fixture.peer.requests).toHaveLength(3)
  })

  it('stays uncertain when a refusal follows what nobody knows', async () => {
    fixture.peer.answer(reset, answers('alipay.trade.close', business('ACQ.TRADE_STATUS_ERROR')))
    expect(await failureOf(fixture.alipay.closeOrder('ORDER-1'))).toMatchObject({
      code: 'refused',
      certain: false,
    })
  })

  it('was not sent without keys', async () => {
    const alipay = fixture.make({ signer: () => Promise.reject(new Error('no secret')), repeats: false })
    expect(await failureOf(alipay.queryOrder('ORDER-1'))).toMatchObject({ code: 'not_sent', certain: true })
    expect(fixture.peer.requests).toHaveLength(0)
  })

  it('ends with its time', async () => {
    fixture.peer.answer(() => {})
    const over = new AbortController()
    const call = failureOf(fixture.alipay.queryOrder('ORDER-1', { signal: over.signal }))
    over.abort()
    expect(await call).toMatchObject({ code: 'timeout' })
  })
})
