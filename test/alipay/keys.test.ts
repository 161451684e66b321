import { hash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { loadAppSigner, signParameters } from '#shared/alipay/app-signer.ts'
import { certificatesOf, certificateSn, rootCertificateSn } from '#shared/alipay/certificate.ts'
import { createAlipayKeyRing } from '#shared/alipay/key-ring.ts'
import { KeyError, signSha256, verifySha256 } from '#shared/crypto/rsa.ts'
import { str, vector, vectors } from '#test/support/vectors.ts'
import { makeCertificate, makeKeyPair } from '#test/support/wechat-keys.ts'
import { ALIPAY, APP } from './alipay-keys.ts'

const NOW = Date.parse('2026-06-08T10:00:00Z')
const root = str(vector('sdk-root-certificate'), 'pem')
const bare = (pem: string) => pem.replace(/-----[^-]+-----|\s/g, '')
const pkcs1 = APP.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()

describe('the names of certificates', () => {
  it.each(vectors('alipay-certificate-sn').map((one) => [one.name, one]))(
    'are those of the SDK: %s',
    (_, one) => {
      expect(certificateSn(certificatesOf(str(one, 'pem'), 'certificate')[0])).toBe(str(one, 'sn'))
    },
  )

  it('are those of the SDK: the root, of which only RSA counts', () => {
    expect(certificatesOf(root, 'root')).toHaveLength(4)
    expect(rootCertificateSn(root)).toBe(str(vector('sdk-root-certificate'), 'sn'))
  })

  it('take what is escaped in a name as it is', () => {
    const [one] = certificatesOf(
      makeCertificate(ALIPAY, { issuer: 'A, B + "C"', serial: '05' }),
      'certificate',
    )
    expect(one.issuer).toContain('\\,')
    expect(certificateSn(one)).toBe(hash('md5', 'CN=A, B + "C" Root CA,O=A, B + "C"5'))
  })

  it.each(['', 'not PEM', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'])(
    'cannot be had of %j',
    (pem) => {
      expect(() => certificatesOf(pem, 'root certificate')).toThrow(KeyError)
    },
  )
})

describe('the key of an app', () => {
  it.each([
    ['PEM of PKCS#8', APP.privatePem],
    ['PEM of PKCS#1', pkcs1],
    ['PEM with Windows line ends', APP.privatePem.replaceAll('\n', '\r\n')],
    ['bare Base64 of PKCS#8', bare(APP.privatePem)],
    ['bare Base64 of PKCS#1', bare(pkcs1)],
  ])('is read from %s', (_, private_key) => {
    const signer = loadAppSigner({ private_key })
    expect(signer.certificates).toBeUndefined()
    const { sign = '' } = signParameters(signer, { b: '2', a: '1 中' })
    expect(verifySha256(APP.publicKey, Buffer.from('a=1 中&b=2'), sign)).toBe(true)
  })

  it.each([
    ['a public key', APP.publicPem, 'the app private key is public'],
    ['bare Base64 of a public key', bare(APP.publicPem), 'neither PEM nor the Base64 of a key'],
    ['a short key', makeKeyPair(1024).privatePem, 'must have 2048 to 4096 bits and has 1024'],
    ['a short key in Base64', bare(makeKeyPair(1024).privatePem), 'must have 2048 to 4096 bits and has 1024'],
    ['nothing', '', 'neither PEM nor the Base64 of a key'],
  ])('is not %s', (_, private_key, says) => {
    expect(() => loadAppSigner({ private_key })).toThrow(new RegExp(says))
  })

  it('comes with certificates both or not at all, and of this key', () => {
    const private_key = APP.privatePem
    const own = makeCertificate(APP)
    const { certificates } = loadAppSigner({ private_key, app_certificate: own, root_certificate: root })
    expect(certificates).toEqual({
      app_cert_sn: certificateSn(certificatesOf(own, 'certificate')[0]),
      alipay_root_cert_sn: rootCertificateSn(root),
    })
    expect(() => loadAppSigner({ private_key, app_certificate: own })).toThrow(
      /app_certificate and root_certificate/,
    )
    expect(() => loadAppSigner({ private_key, root_certificate: root })).toThrow(
      /app_certificate and root_certificate/,
    )
    expect(() =>
      loadAppSigner({ private_key, app_certificate: makeCertificate(ALIPAY), root_certificate: root }),
    ).toThrow(/another key/)
  })
})

describe('the keys of Alipay', () => {
  const message = Buffer.from('{"code":"10000"}')
  const sign = signSha256(ALIPAY.privateKey, message)
  const certificate = (notAfter: string) =>
    ({
      kind: 'certificate',
      pem: makeCertificate(ALIPAY, { notAfter: new Date(notAfter), serial: '0A' }),
    }) as const

  it('verify by public key, in PEM or bare Base64', () => {
    for (const pem of [ALIPAY.publicPem, bare(ALIPAY.publicPem)]) {
      const ring = createAlipayKeyRing([{ kind: 'public_key', pem }])
      expect(ring.verify({ message, sign, now: NOW })).toEqual({ ok: true })
      expect(ring.verify({ message, sign, now: NOW, sn: 'any' })).toEqual({ ok: true })
      expect(ring.verify({ message: Buffer.from('{}'), sign, now: NOW })).toEqual({
        ok: false,
        reason: 'signature',
      })
    }
  })

  it('verify by certificate, the one that is named, while it is valid', () => {
    const ring = createAlipayKeyRing([certificate('2027-01-01')])
    const [{ sn } = { sn: undefined }] = ring.keys
    expect(ring.verify({ message, sign, now: NOW, sn })).toEqual({ ok: true })
    expect(ring.verify({ message, sign, now: NOW })).toEqual({ ok: true })
    expect(ring.verify({ message, sign, now: NOW, sn: 'f'.repeat(32) })).toEqual({
      ok: false,
      reason: 'unknown_key',
    })
    const over = createAlipayKeyRing([certificate('2026-01-01')])
    expect(over.verify({ message, sign, now: NOW })).toEqual({ ok: false, reason: 'unknown_key' })
  })

  it('may be old and new at once', () => {
    const ring = createAlipayKeyRing([{ kind: 'public_key', pem: APP.publicPem }, certificate('2027-01-01')])
    expect(ring.verify({ message, sign, now: NOW })).toEqual({ ok: true })
  })

  it.each([
    ['a private key', ALIPAY.privatePem, 'must be PEM "PUBLIC KEY"'],
    ['a certificate', makeCertificate(ALIPAY), 'must be PEM "PUBLIC KEY"'],
    ['nothing', '', 'not PEM that can be read'],
    ['a short key', makeKeyPair(1024).publicPem, '2048 to 4096'],
  ])('are not read from %s where a public key is meant', (_, pem, says) => {
    expect(() => createAlipayKeyRing([{ kind: 'public_key', pem }])).toThrow(new RegExp(says))
  })

  it('are not read from a public key where a certificate is meant', () => {
    expect(() => createAlipayKeyRing([{ kind: 'certificate', pem: ALIPAY.publicPem }])).toThrow(
      /not PEM "CERTIFICATE"/,
    )
  })
})
