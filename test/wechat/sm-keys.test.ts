/** A merchant and WeChat under keys of SM2, beside those of RSA in the same ring. */
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { encryptSm4Resource, encryptResource } from '#shared/crypto/aead.ts'
import { loadPrivateKey, openField, publicHalf, verifyText } from '#shared/crypto/keys.ts'
import { parseMerchantSigning } from '#shared/secrets/secret-keys.ts'
import { createKeyRing } from '#shared/wechat/trust/key-ring.ts'
import type { KeyRing } from '#shared/wechat/trust/key-ring.ts'
import { requestMessage, verifySignature } from '#shared/wechat/trust/signature.ts'
import type { Headers } from '#shared/received.ts'
import type { MerchantSigner } from '#shared/wechat/trust/signature.ts'
import { openNotification, parseEnvelope } from '#shared/wechat/v3/notification.ts'
import { jsapiPayParams } from '#shared/wechat/v3/pay-params.ts'
import { makeEcPair, makeSm2Certificate } from '#test/support/sm-keys.ts'
import type { Sm2PlatformKey } from '#test/support/sm-keys.ts'
import { startWechat, wechatError } from '#test/support/wechat-fixture.ts'
import type { WechatFixture } from '#test/support/wechat-fixture.ts'
import { signedHeaders } from '#test/support/wechat-keys.ts'
import { signed } from '#test/support/wechat-peer.ts'

const NOW = Date.now()
const RSA = 'WECHATPAY2-SHA256-RSA2048'
const SM2 = 'WECHATPAY2-SM2-WITH-SM3'
let sm2: Sm2PlatformKey
let signer: MerchantSigner
let ring: KeyRing
let it_: WechatFixture

beforeAll(async () => {
  sm2 = await makeSm2Certificate(NOW)
  signer = { mchid: '1900000109', serialNo: '54E7', privateKey: loadPrivateKey(makeEcPair().privatePem) }
})
beforeEach(async () => {
  it_ = await startWechat()
  ring = createKeyRing([it_.platform.certificate.record, it_.platform.publicKey.record, sm2.record])
})
afterEach(() => it_.close())

const body = Buffer.from('{"id":"EV-1"}')
const verify = (headers: Headers, bytes = body) => verifySignature(ring, { headers, body: bytes, now: NOW })

describe('what WeChat signs', () => {
  it('verifies under either kind, by the serial', () => {
    expect(verify(signedHeaders(sm2, body))).toEqual({ ok: true, serial: sm2.serial })
    const { certificate } = it_.platform
    expect(verify(signedHeaders(certificate, body))).toEqual({ ok: true, serial: certificate.serial })
  })

  it.each([
    [
      'RSA named over a signature of SM2',
      () => signedHeaders(sm2, body, { signatureType: RSA }),
      'signature_type',
    ],
    [
      'SM2 named over a signature of RSA',
      () => signedHeaders(it_.platform.certificate, body, { signatureType: SM2 }),
      'signature_type',
    ],
    [
      'no kind named, which means RSA',
      () => without(signedHeaders(sm2, body), 'wechatpay-signature-type'),
      'signature_type',
    ],
    [
      'a kind that nobody knows',
      () => signedHeaders(sm2, body, { signatureType: 'WECHATPAY2-SM2-WITH-SHA256' }),
      'signature_type',
    ],
    [
      'the serial of the other kind',
      () => ({ ...signedHeaders(sm2, body), 'wechatpay-serial': it_.platform.certificate.serial }),
      'signature_type',
    ],
    [
      'a serial that is not known',
      () => ({ ...signedHeaders(sm2, body), 'wechatpay-serial': '7A'.repeat(20) }),
      'unknown_serial',
    ],
    [
      'a signature of RSA in it',
      () => ({
        ...signedHeaders(sm2, body),
        'wechatpay-signature': signedHeaders(it_.platform.certificate, body)['wechatpay-signature'],
      }),
      'signature',
    ],
    [
      'the signature of another key of SM2',
      () => signedHeaders({ serial: sm2.serial, privateKey: signer.privateKey }, body),
      'signature',
    ],
    [
      'another timestamp',
      () => {
        const headers = signedHeaders(sm2, body)
        return { ...headers, 'wechatpay-timestamp': String(Number(headers['wechatpay-timestamp']) - 1) }
      },
      'signature',
    ],
    ['another nonce', () => ({ ...signedHeaders(sm2, body), 'wechatpay-nonce': 'other' }), 'signature'],
    ['a time long past', () => signedHeaders(sm2, body, { now: NOW - 301_000 }), 'timestamp'],
    [
      'a probe',
      () => ({ ...signedHeaders(sm2, body), 'wechatpay-signature': 'WECHATPAY/SIGNTEST/MEUCIQ' }),
      'probe',
    ],
  ] as const)('does not verify with %s', (_, headers, reason) => {
    expect(verify(headers())).toMatchObject({ ok: false, reason })
  })

  it('does not verify over another body, nor after the certificate has expired', () => {
    expect(verify(signedHeaders(sm2, body), Buffer.from('{"id":"EV-2"}'))).toMatchObject({
      reason: 'signature',
    })
    const later = NOW + 6 * 365 * 86_400_000
    const headers = signedHeaders(sm2, body, { now: later })
    expect(verifySignature(ring, { headers, body, now: later })).toMatchObject({ reason: 'unknown_serial' })
  })

  it('opens whichever cipher sealed it', () => {
    const content = JSON.stringify({ complaint_id: '1' })
    const options = { nonce: 'fdasfjihihih', associated_data: 'complaint' }
    for (const seal of [encryptResource, encryptSm4Resource]) {
      const resource = { original_type: 'complaint', ...seal(it_.merchant.apiV3Key, content, options) }
      const envelope = parseEnvelope(
        Buffer.from(JSON.stringify({ event_type: 'COMPLAINT.CREATE', resource })),
      )
      if (!envelope.ok) throw new Error(envelope.field)
      expect(openNotification(envelope.value, [it_.merchant.apiV3Key])).toMatchObject({ ok: true })
    }
  })
})

describe('calls', () => {
  const client = () => it_.client({ signer: async () => signer, keyRing: async () => ring })

  it('are signed under SM2, and name no key of RSA to be answered with', async () => {
    it_.primary.answer(signed(sm2, { refund_id: '5030', status: 'PROCESSING' }))
    await wechatError(client().queryRefund('r-1'))
    const [request] = it_.primary.requests
    const [, schema, fields = ''] = /^(\S+) (.*)$/.exec(request!.headers.authorization!)!
    expect(schema).toBe(SM2)
    const told = Object.fromEntries(
      [...fields.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]),
    )
    const message = requestMessage({
      method: 'GET',
      url: request!.url,
      body: '',
      timestamp: Number(told['timestamp']),
      nonce: told['nonce_str']!,
    })
    expect(verifyText(publicHalf(signer.privateKey), Buffer.from(message), told['signature'] ?? '')).toBe(
      true,
    )
    expect(request!.headers['wechatpay-serial']).toBeUndefined()
  })

  it('seal card data with the certificate of SM2, and are not sent without one', async () => {
    const application = {
      refundId: '5030',
      outRefundNo: 'r-1',
      type: 'USER_BANK_CARD',
      bank_type: 'ICBC_DEBIT',
      bank_account: '6222',
      real_name: '张三',
    } as const
    it_.primary.answer(signed(sm2, {}))
    await wechatError(client().applyAbnormalRefund(application))
    const [request] = it_.primary.requests
    expect(request!.headers['wechatpay-serial']).toBe(sm2.serial)
    const sent = JSON.parse(request!.body) as Record<string, string>
    expect(openField(sm2.privateKey, sent['bank_account']!)).toBe('6222')
    expect(openField(sm2.privateKey, sent['real_name']!)).toBe('张三')
    const lacking = it_.client({ signer: async () => signer, keyRing: async () => it_.platform.ring })
    expect(await wechatError(lacking.applyAbnormalRefund(application))).toMatchObject({ code: 'not_sent' })
  })

  it('ask for certificates of both kinds, and take each as it is sealed', async () => {
    const { certificate } = it_.platform
    const sealing = { nonce: '61f9c719728a', associated_data: 'certificate' }
    const data = [
      {
        serial_no: certificate.serial,
        encrypt_certificate: encryptResource(it_.merchant.apiV3Key, certificate.record.pem, sealing),
      },
      {
        serial_no: sm2.serial,
        encrypt_certificate: encryptSm4Resource(it_.merchant.apiV3Key, sm2.record.pem, sealing),
      },
    ]
    it_.primary.answer(signed(sm2, { data }))
    const wechat = it_.client({ signer: async () => signer, keyRing: async () => createKeyRing([]) })
    await expect(wechat.downloadCertificates()).resolves.toEqual([
      { serial_no: certificate.serial, pem: certificate.record.pem },
      { serial_no: sm2.serial, pem: sm2.record.pem },
    ])
    expect(it_.primary.requests[0]?.url).toBe('/v3/certificates?algorithm_type=ALL')
  })
})

describe("the payer's client, which knows RSA alone", () => {
  const input = { appid: 'wx1', prepayId: 'wx201', timestamp: 1, nonce: 'n' }

  it('gets a signature of the RSA key that stands beside the one of SM2', () => {
    const { publicKey, privateKey } = it_.merchant
    const { paySign } = jsapiPayParams({ ...signer, clientKey: privateKey }, input)
    expect(verifyText(publicKey, Buffer.from('wx1\n1\nn\nprepay_id=wx201\n'), paySign)).toBe(true)
    expect(() => jsapiPayParams(signer, input)).toThrow(/SM2 key and no client_private_key/)
  })

  it('gets none of SM2: the secret is refused, by the name of the field', () => {
    const pem = makeEcPair().privatePem
    const secret = (fields: object) => JSON.stringify({ serial_no: '5A', private_key: pem, ...fields })
    expect(
      parseMerchantSigning(secret({ client_private_key: it_.merchant.privatePem })).clientKey,
    ).toBeDefined()
    expect(() => parseMerchantSigning(secret({ client_private_key: pem }))).toThrow(
      /^client_private_key: the key must be RSA and is SM2$/,
    )
    expect(() => parseMerchantSigning(secret({ certificate: it_.platform.certificate.record.pem }))).toThrow(
      /certificate: it has the serial/,
    )
    expect(() =>
      parseMerchantSigning(secret({ serial_no: sm2.serial, certificate: sm2.record.pem })),
    ).toThrow(/certificate: it belongs to another key than private_key/)
  })
})

function without(headers: Record<string, string>, name: string): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([key]) => key !== name))
}
