import { isSameKey } from '#shared/crypto/keys.ts'
import { describe, expect, it } from 'vitest'
import { KeyError } from '#shared/crypto/rsa.ts'
import { createKeyRing } from '#shared/wechat/trust/key-ring.ts'
import {
  makeCertificate,
  makeKeyPair,
  makePlatformCertificate,
  makePlatformPublicKey,
  randomSerial,
} from '#test/support/wechat-keys.ts'

// Days below 10 have a blank in the text form of X.509 dates.
const notBefore = new Date('2026-02-03T04:05:06Z')
const notAfter = new Date('2031-02-02T04:05:06Z')
const certificate = makePlatformCertificate({ notBefore, notAfter })
const publicKey = makePlatformPublicKey()

describe('createKeyRing', () => {
  it('holds certificates and public keys at once and looks serials up exactly', () => {
    const ring = createKeyRing([certificate.record, publicKey.record])
    const now = notBefore.getTime()
    expect(isSameKey(ring.find(certificate.serial, now)!.publicKey, certificate.publicKey)).toBe(true)
    expect(isSameKey(ring.find(publicKey.serial, now)!.publicKey, publicKey.publicKey)).toBe(true)
    expect(ring.keys.map(({ kind }) => kind)).toEqual(['certificate', 'public_key'])
    for (const serial of [
      '',
      publicKey.serial.slice(11),
      certificate.serial.toLowerCase(),
      `${certificate.serial} `,
      'toString',
    ]) {
      expect(ring.find(serial, now)).toBeUndefined()
    }
  })

  it('finds a certificate from its first to before its last moment, and a public key always', () => {
    const ring = createKeyRing([certificate.record, publicKey.record])
    const found = (now: number) => ring.find(certificate.serial, now) !== undefined
    expect(found(notBefore.getTime() - 1)).toBe(false)
    expect(found(notBefore.getTime())).toBe(true)
    expect(found(notAfter.getTime() - 1)).toBe(true)
    expect(found(notAfter.getTime())).toBe(false)
    expect(ring.find(publicKey.serial, 0)).toBeDefined()
    expect(ring.find(publicKey.serial, Number.MAX_SAFE_INTEGER)).toBeDefined()
  })

  it('prefers the public key entered last, and nothing in certificate mode', () => {
    const newer = makePlatformPublicKey('PUB_KEY_ID_2')
    expect(createKeyRing([certificate.record]).preferredSerial('rsa')).toBeUndefined()
    expect(createKeyRing([publicKey.record, certificate.record]).preferredSerial('rsa')).toBe(
      publicKey.serial,
    )
    expect(createKeyRing([publicKey.record, newer.record]).preferredSerial('rsa')).toBe('PUB_KEY_ID_2')
    expect(createKeyRing([]).keys).toEqual([])
  })

  it("refuses a record whose serial is not the certificate's own, and names both", () => {
    const serial = randomSerial()
    const build = () => createKeyRing([{ ...certificate.record, serial }])
    expect(build).toThrow(KeyError)
    expect(build).toThrow(`platform key ${serial}: the certificate's own serial is ${certificate.serial}`)
  })

  it('refuses weak keys and unreadable records, and names the serial', () => {
    const weak = makeKeyPair(1024)
    const serial = randomSerial()
    const pem = makeCertificate(weak, { serial })
    expect(() => createKeyRing([{ serial, kind: 'certificate', pem }])).toThrow(new RegExp(`${serial}.*2048`))
    expect(() =>
      createKeyRing([{ serial: 'PUB_KEY_ID_1', kind: 'public_key', pem: weak.publicPem }]),
    ).toThrow(/PUB_KEY_ID_1.*2048/)
    expect(() => createKeyRing([{ serial: 'PUB_KEY_ID_1', kind: 'public_key', pem: 'x' }])).toThrow(
      /PUB_KEY_ID_1: .*read/,
    )
  })

  it('does not take a certificate for a public key, which would live for ever', () => {
    const record = { serial: 'PUB_KEY_ID_1', kind: 'public_key', pem: certificate.record.pem } as const
    expect(() => createKeyRing([record])).toThrow(/CERTIFICATE/)
  })
})
