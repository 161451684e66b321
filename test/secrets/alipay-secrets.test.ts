/** The secrets of Alipay: whatever is wrong with one is said by its field and its rule, and none of it is quoted. */
import { generateKeyPairSync } from 'node:crypto'
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { AppError } from '#shared/errors.ts'
import { parseAlipayKeys, parseAlipaySigning } from '#shared/secrets/alipay-secrets.ts'
import { parseSecret } from '#shared/secrets/secret-reader.ts'
import { ALIPAY, APP } from '#test/alipay/alipay-keys.ts'
import { str, vector } from '#test/support/vectors.ts'
import { makeCertificate, makeKeyPair } from '#test/support/wechat-keys.ts'

const root = str(vector('sdk-root-certificate'), 'pem')
const own = makeCertificate(APP)
const theirs = makeCertificate(ALIPAY)
const short = makeKeyPair(1024)
const { publicKey: ecPem } = generateKeyPairSync('ec', {
  namedCurve: 'P-256',
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
})
const bare = (pem: string) => pem.replaceAll(/-----[^-]+-----|\s/g, '')

const signing = (changes: object = {}) =>
  JSON.stringify({
    private_key: APP.privatePem,
    app_certificate: own,
    root_certificate: root,
    ...changes,
  })
const keys = (...list: readonly unknown[]) => JSON.stringify({ keys: list })
const certificate = { kind: 'certificate', pem: theirs }
const publicKey = { kind: 'public_key', pem: ALIPAY.publicPem }

/** What the person who filled the secret is told, after it was seen that nothing in it is of the secret itself. */
function problemOf(parse: (text: string) => unknown, text: string): string {
  const error = errorOf(() => parse(text))
  const told = inspect(error, { depth: 9 })
  expect(error.code).toBe('config_invalid')
  expect(piecesOf(text).filter((piece) => told.includes(piece))).toEqual([])
  return error.message
}

function errorOf(work: () => unknown): AppError {
  try {
    work()
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
  throw new Error('it was taken')
}

/** Whatever stands in it that is long enough to be of a key. */
function piecesOf(text: string): readonly string[] {
  const lines = text.match(/[A-Za-z0-9+/=]{24,}/g) ?? []
  return lines.flatMap((line) => [line.slice(0, 16), line.slice(-16)])
}

describe('alipay-signing', () => {
  it.each([
    ['with both certificates', signing(), true],
    ['without certificates', signing({ app_certificate: undefined, root_certificate: undefined }), false],
    ['with fields of its own', signing({ note: 'ours' }), true],
    ['as a Windows editor writes it', `\u{feff}${signing()}\r\n`, true],
    ['with the bare Base64 of the key', signing({ private_key: bare(APP.privatePem) }), true],
  ])('is read %s', (_, text, certified) => {
    const { privateKey, certificates } = parseAlipaySigning(text)
    expect([privateKey.asymmetricKeyType, certificates !== undefined]).toEqual(['rsa', certified])
  })

  it.each([
    ['nothing', '', 'it must be JSON and is not'],
    ['no JSON', `${signing()}}`, 'it must be JSON and is not'],
    ['the key alone', APP.privatePem, 'it must be JSON and is not'],
    ['null', 'null', 'the whole must be Object'],
    ['a list', '[]', 'private_key is missing'],
    ['a text', JSON.stringify(APP.privatePem), 'the whole must be Object'],
    ['no key', signing({ private_key: undefined }), 'private_key is missing'],
    ['a key that is no text', signing({ private_key: [APP.privatePem] }), 'private_key must be string'],
    ['a certificate that is no text', signing({ app_certificate: 1 }), 'app_certificate must be'],
    ['an empty key', signing({ private_key: '' }), 'neither PEM nor the Base64 of a key'],
    ['a public key', signing({ private_key: APP.publicPem }), 'the app private key is public'],
    ['a certificate for a key', signing({ private_key: own }), 'the app private key is public'],
    ['half of a key', signing({ private_key: APP.privatePem.slice(0, 400) }), 'is not PEM that can be read'],
    ['half of bare Base64', signing({ private_key: bare(APP.privatePem).slice(0, 400) }), 'app private key'],
    ['a key that is short', signing({ private_key: short.privatePem }), '2048 to 4096 bits and has 1024'],
    ['one certificate', signing({ root_certificate: undefined }), 'app_certificate and root_certificate'],
    ['the other one', signing({ app_certificate: undefined }), 'app_certificate and root_certificate'],
    [
      'the certificate of Alipay',
      signing({ app_certificate: theirs }),
      'of another key than the private key',
    ],
    ['a certificate that is none', signing({ app_certificate: 'MIIC' }), 'app certificate is not PEM'],
    ['a root that is none', signing({ root_certificate: bare(root) }), 'root certificate is not PEM'],
    [
      'a root that cannot be read',
      signing({ root_certificate: root.replace(/(?<=BEGIN CERTIFICATE-----\n)./, '!') }),
      'root certificate',
    ],
  ])('that is %s is refused', (_, text, says) => {
    expect(problemOf(parseAlipaySigning, text)).toContain(says)
  })
})

describe('alipay-keys', () => {
  it.each([
    ['a certificate', keys(certificate), 1],
    ['a public key', keys(publicKey), 1],
    ['the bare Base64 of one', keys({ ...publicKey, pem: bare(ALIPAY.publicPem) }), 1],
    ['the old and the new one', keys(certificate, publicKey), 2],
  ])('is read with %s', (_, text, count) => {
    expect(parseAlipayKeys(text).keys).toHaveLength(count)
  })

  it.each([
    ['nothing', '', 'it must be JSON and is not'],
    ['a key alone', ALIPAY.publicPem, 'it must be JSON and is not'],
    ['no list', '{}', 'keys is missing'],
    ['an object for a list', JSON.stringify({ keys: certificate }), 'keys must be Array'],
    ['an empty list', keys(), 'keys must be >=1'],
    ['a text in the list', keys(theirs), 'keys.0 must be Object'],
    ['no kind', keys({ pem: theirs }), 'keys.0.kind is missing'],
    ['another kind', keys({ ...certificate, kind: 'private_key' }), 'keys.0.kind must be ("public_key" |'],
    ['no pem', keys({ kind: 'certificate' }), 'keys.0.pem is missing'],
    ['a certificate called public key', keys({ ...certificate, kind: 'public_key' }), 'keys.0: '],
    ['a public key called certificate', keys({ ...publicKey, kind: 'certificate' }), 'keys.0: '],
    ['the private key of the app', keys({ ...publicKey, pem: APP.privatePem }), 'keys.0: '],
    ['half of a certificate', keys({ ...certificate, pem: theirs.slice(0, 300) }), 'keys.0: '],
    ['a key that is short', keys({ ...publicKey, pem: short.publicPem }), '2048 to 4096 bits and has 1024'],
    ['a key of another kind', keys({ ...publicKey, pem: ecPem }), 'keys.0: '],
  ])('that has %s is refused', (_, text, says) => {
    expect(problemOf(parseAlipayKeys, text)).toContain(says)
  })

  it('names every key that cannot be used, and no other', () => {
    const text = keys(certificate, { ...publicKey, pem: 'AAAA' }, publicKey, { ...certificate, pem: '' })
    expect(problemOf(parseAlipayKeys, text)).toMatch(/^keys\.1: [^;]+; keys\.3: [^;]+$/)
  })
})

it.each([
  ['alipay-signing', parseAlipaySigning],
  ['alipay-keys', parseAlipayKeys],
] as const)('whoever reads %s is told which secret it is', (purpose, parse) => {
  expect(() => parseSecret<unknown>(purpose, '{}', parse)).toThrow(
    expect.objectContaining({
      code: 'key_unavailable',
      message: expect.stringMatching(new RegExp(`^the ${purpose} secret cannot be used: .+ is missing$`)),
    }),
  )
})
