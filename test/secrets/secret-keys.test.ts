import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { createCertificateAuthority, generateRsaPair } from '#simulator/certificate-authority.ts'
import type { IssuedCertificate, PemPair } from '#simulator/certificate-authority.ts'
import {
  parseApiV3Keys,
  parseMerchantSigning,
  parsePlatformKeyRecords,
  parsePlatformKeys,
  ringOfUsable,
} from '#shared/secrets/secret-keys.ts'
import { isSameKey, privateKeyPem, publicHalf } from '#shared/crypto/keys.ts'
import { AppError } from '#shared/errors.ts'

const NOW = Date.now()
let merchant: IssuedCertificate
let other: IssuedCertificate
let pair: PemPair
beforeAll(async () => {
  const authority = createCertificateAuthority(await generateRsaPair(), NOW)
  merchant = await authority.issue('merchant', NOW)
  other = await authority.issue('platform', NOW)
  pair = await generateRsaPair()
})

const signing = (changes: object = {}) =>
  JSON.stringify({
    serial_no: merchant.serial,
    private_key: merchant.privateKeyPem,
    certificate: merchant.certificatePem,
    ...changes,
  })

function problemOf(parse: () => unknown): string {
  try {
    parse()
  } catch (error) {
    if (error instanceof AppError && error.code === 'config_invalid') return error.message
    throw error
  }
  throw new Error('nothing was refused')
}

describe('the merchant-signing secret', () => {
  it('gives the serial, the key and the certificate', () => {
    const { serialNo, privateKey, certificate } = parseMerchantSigning(signing())
    expect(serialNo).toBe(merchant.serial)
    expect(isSameKey(publicHalf(privateKey), publicHalf(merchant.privateKey))).toBe(true)
    expect(certificate).toBe(merchant.certificatePem.replaceAll('\r', ''))
  })

  it('needs no certificate', () => {
    expect(parseMerchantSigning(signing({ certificate: undefined }))).not.toHaveProperty('certificate')
  })

  it.each([
    ['Windows line ends', (pem: string) => pem.replaceAll(/\r?\n/g, '\r\n')],
    ['blanks around it and its lines', (pem: string) => `\n  ${pem.replaceAll(/\r?\n/g, '  \n\t')}\n\n`],
    ['escaped line ends', (pem: string) => pem.replaceAll(/\r?\n/g, String.raw`\n`)],
    ['escaped Windows line ends', (pem: string) => pem.replaceAll(/\r?\n/g, String.raw`\r\n`)],
  ])('accepts PEM with %s', (_what, spoil) => {
    const text = signing({
      private_key: spoil(merchant.privateKeyPem),
      certificate: spoil(merchant.certificatePem),
    })
    expect(privateKeyPem(parseMerchantSigning(text).privateKey)).toBe(privateKeyPem(merchant.privateKey))
  })

  it('accepts the byte order mark of Windows editors', () => {
    expect(parseMerchantSigning(`\uFEFF${signing()}\r\n`).serialNo).toBe(merchant.serial)
  })

  it('names all missing and malformed fields at once', () => {
    expect(problemOf(() => parseMerchantSigning('{"serial_no":"xy"}'))).toBe(
      'serial_no must be /^[0-9A-Fa-f]{1,64}$/; private_key is missing',
    )
    const text = signing({ private_key: 'canary', certificate: 'canary' })
    expect(problemOf(() => parseMerchantSigning(text))).toBe(
      'private_key: the private key is not PEM that can be read; certificate: the certificate is not PEM that can be read',
    )
  })

  it('refuses a certificate of another serial or of another key', () => {
    expect(problemOf(() => parseMerchantSigning(signing({ serial_no: 'AB' })))).toContain(
      'which is not serial_no',
    )
    expect(problemOf(() => parseMerchantSigning(signing({ private_key: pair.privateKeyPem })))).toBe(
      'certificate: it belongs to another key than private_key',
    )
  })

  it('refuses a weak key', () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 })
    const text = signing({
      private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
      certificate: undefined,
    })
    expect(problemOf(() => parseMerchantSigning(text))).toBe(
      'private_key: the private key must have 2048 to 4096 bits and has 1024',
    )
  })

  it.each(['', 'canary', '{"private_key":"canary', '[]', 'null', '"canary"', '7'])(
    'shows nothing of %j',
    (text) => {
      expect(problemOf(() => parseMerchantSigning(text))).not.toContain('canary')
    },
  )
})

describe('the apiv3-key secret', () => {
  const current = 'c'.repeat(32)
  const previous = 'p'.repeat(32)

  it('gives the current key first and the previous one behind it', () => {
    const keys = parseApiV3Keys(JSON.stringify({ current: ` ${current}\n`, previous }))
    expect(keys.map((key) => key.export().toString())).toEqual([current, previous])
  })

  it.each([{ current }, { current, previous: '' }])('does without a previous key', (secret) => {
    expect(parseApiV3Keys(JSON.stringify(secret))).toHaveLength(1)
  })

  it('says of both keys what is wrong and shows neither', () => {
    expect(problemOf(() => parseApiV3Keys('{"current":"canary","previous":"canaries"}'))).toBe(
      'current: the APIv3 key must have exactly 32 ASCII characters and has 6 bytes; ' +
        'previous: the APIv3 key must have exactly 32 ASCII characters and has 8 bytes',
    )
    expect(problemOf(() => parseApiV3Keys('{"current":1234567890}'))).toBe('current must be string')
  })
})

describe('the platform-keys secret', () => {
  const certificate = () => ({ serial: other.serial, kind: 'certificate', pem: other.certificatePem })
  const publicKey = () => ({ serial: 'PUB_KEY_ID_0119', kind: 'public_key', pem: pair.publicKeyPem })
  const secretOf = (...keys: unknown[]) => JSON.stringify({ keys })

  it('gives a ring of certificates and public keys', () => {
    const ring = parsePlatformKeys(secretOf(certificate(), publicKey()))
    expect(isSameKey(ring.find(other.serial, NOW)!.publicKey, createPublicKey(other.publicKeyPem))).toBe(true)
    expect(isSameKey(ring.find('PUB_KEY_ID_0119', NOW)!.publicKey, createPublicKey(pair.publicKeyPem))).toBe(
      true,
    )
    expect(ring.preferredSerial('rsa')).toBe('PUB_KEY_ID_0119')
  })

  it('may be empty before the first rotation', () => {
    expect(parsePlatformKeys(secretOf()).keys).toEqual([])
  })

  it('gives its records with tidy PEM', () => {
    const pem = pair.publicKeyPem.replaceAll(/\r?\n/g, '\r\n')
    expect(parsePlatformKeyRecords(secretOf({ ...publicKey(), pem }))).toEqual([
      { ...publicKey(), pem: pair.publicKeyPem },
    ])
  })

  it('names every record that cannot be used', () => {
    const text = secretOf({ ...certificate(), serial: 'AB' }, publicKey(), { ...publicKey(), pem: 'canary' })
    const problem = problemOf(() => parsePlatformKeys(text))
    expect(problem).toMatch(/^keys\.0: platform key AB: .*; keys\.2: platform key PUB_KEY_ID_0119: .*$/)
    expect(problem).not.toContain('canary')
  })

  it('goes on without a bad record where it may tell of it, but not without any good one', () => {
    const told: string[] = []
    const tell = (reason: string) => void told.push(reason)
    const bad = { serial: 'PUB_KEY_ID_BAD', kind: 'public_key', pem: 'canary' } as const
    const ring = parsePlatformKeys(secretOf(certificate(), bad), tell)
    expect(ring.keys.map(({ kind }) => kind)).toEqual(['certificate'])
    expect(told).toEqual([expect.stringMatching(/^keys\.1: platform key PUB_KEY_ID_BAD: /)])
    expect(problemOf(() => parsePlatformKeys(secretOf(bad), tell))).toMatch(/^keys\.0: /)
    expect(ringOfUsable([bad]).keys).toEqual([])
  })

  it.each<[string, unknown, RegExp]>([
    ['without a serial', { kind: 'public_key', pem: 'x' }, /^keys\.0\.serial is missing$/],
    [
      'with a serial that is none',
      { serial: '12 canary', kind: 'certificate', pem: 'x' },
      /^keys\.0\.serial must be/,
    ],
    ['of an unknown kind', { serial: 'AB', kind: 'canary', pem: 'x' }, /^keys\.0\.kind must be/],
    ['whose PEM is null', { serial: 'AB', kind: 'certificate', pem: null }, /^keys\.0\.pem must be string$/],
    ['that is null', null, /^keys\.0 must be Object$/],
    ['that is text', 'canary', /^keys\.0 must be Object$/],
  ])('goes on without a record %s', (_, bad, reason) => {
    const told: string[] = []
    const ring = parsePlatformKeys(secretOf(bad, certificate()), (problem) => void told.push(problem))
    expect(ring.find(other.serial, NOW)).toBeDefined()
    expect(told).toEqual([expect.stringMatching(reason)])
    expect(told.join('')).not.toMatch(/12 canary/)
    expect(problemOf(() => parsePlatformKeys(secretOf(bad, certificate())))).toMatch(reason)
    expect(problemOf(() => parsePlatformKeyRecords(secretOf(bad, certificate())))).toMatch(/^keys\.0/)
  })

  it('names missing and malformed fields by their place', () => {
    expect(problemOf(() => parsePlatformKeys(secretOf({ serial: '12 canary', kind: 'canary' })))).toBe(
      'keys.0.serial must be /^(?:[0-9A-Fa-f]{1,64}|PUB_KEY_ID_[0-9A-Za-z]{1,64})$/; ' +
        'keys.0.kind must be ("certificate" | "public_key"); keys.0.pem is missing',
    )
    expect(problemOf(() => parsePlatformKeys('{}'))).toBe('keys is missing')
  })

  it('refuses a private key where a public key belongs', () => {
    const problem = problemOf(() => parsePlatformKeys(secretOf({ ...publicKey(), pem: pair.privateKeyPem })))
    expect(problem).toMatch(/public key.*private key/i)
  })
})
