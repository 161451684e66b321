/** SM2 against public vectors, and against everything that is nearly right. */
import { sm2 } from 'sm-crypto-v2'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  asRsa,
  isSameKey,
  loadCertificate,
  loadPrivateKey,
  loadPublicKey,
  openField,
  privateKeyPem,
  publicHalf,
  sealField,
  signText,
  verifyText,
} from '#shared/crypto/keys.ts'
import type { PrivateKey, PublicKey } from '#shared/crypto/keys.ts'
import { KeyError } from '#shared/crypto/rsa.ts'
import { loadSmFor, loadedSm } from '#shared/crypto/load-sm.ts'
import { flipped, makeEcPair } from '#test/support/sm-keys.ts'
import { str, vector, vectors } from '#test/support/vectors.ts'
import { makeKeyPair } from '#test/support/wechat-keys.ts'

const official = vector('java-sm2-verify')
const message = Buffer.from(str(official, 'message'))
const signature = Buffer.from(str(official, 'signature'), 'base64')
const pair = makeEcPair()
const rsa = makeKeyPair()
let wechat: PublicKey
let ours: PrivateKey

/** As a merchant with RSA keys, before anything of SM2 is loaded. */
const before = { refused: '', loaded: true }

function keyError(act: () => unknown): string {
  try {
    act()
  } catch (error) {
    if (error instanceof KeyError) return error.message
    throw error
  }
  throw new Error('expected a KeyError')
}

beforeAll(async () => {
  await loadSmFor(JSON.stringify({ private_key: rsa.privatePem }))
  before.refused = keyError(() => loadPrivateKey(pair.privatePem))
  before.loaded = loadedSm() !== undefined
  await loadSmFor(JSON.stringify(JSON.stringify({ pem: pair.publicPem })))
  wechat = loadCertificate(str(official, 'certificate_pem')).publicKey
  ours = loadPrivateKey(pair.privatePem)
})

const verifies = (bytes: Buffer, text: Uint8Array = message) =>
  verifyText(wechat, text, bytes.toString('base64'))

describe('loading', () => {
  it('happens for text with a key of SM2 in it, and for nothing else', () => {
    expect(before).toEqual({ refused: 'it is of SM2, which is not loaded', loaded: false })
    expect(loadedSm()).toBeDefined()
  })

  it.each([
    [
      'of another curve',
      () => loadPublicKey(makeEcPair('P-256').publicPem),
      /public key must be RSA or SM2 and is ec on the curve prime256v1/,
    ],
    [
      'of another curve, private',
      () => loadPrivateKey(makeEcPair('secp256k1').privatePem),
      /private key must be RSA or SM2 and is ec on the curve secp256k1/,
    ],
    ['cut off', () => loadPrivateKey(cut(pair.privatePem)), /private key is not PEM that can be read/],
    ['cut off, public', () => loadPublicKey(cut(pair.publicPem)), /public key is not PEM that can be read/],
    [
      'of no point of the curve',
      () => loadPublicKey(pemOf('PUBLIC KEY', offCurve())),
      /public key is not PEM that can be read/,
    ],
    [
      'with zero as its number',
      () => loadPrivateKey(pemOf('PRIVATE KEY', withNumber('00'.repeat(32)))),
      /private key/,
    ],
    [
      'with the order as its number',
      () => loadPrivateKey(pemOf('PRIVATE KEY', withNumber(ORDER))),
      /private key/,
    ],
  ])('refuses a key %s, without quoting it', (_, load, says) => {
    expect(keyError(load)).toMatch(says)
  })

  it('where RSA is needed says that it is SM2', () => {
    expect(keyError(() => asRsa(ours, 'private key'))).toBe('the private key must be RSA and is SM2')
  })

  it('tells keys from one another, across kinds as well', () => {
    const own = publicHalf(ours)
    expect(isSameKey(own, loadPublicKey(pair.publicPem))).toBe(true)
    expect(isSameKey(own, wechat)).toBe(false)
    expect(isSameKey(own, rsa.publicKey) || isSameKey(rsa.publicKey, own)).toBe(false)
    expect(privateKeyPem(ours)).toBe(pair.privatePem)
  })

  it('shows no number of a private key to whoever prints it', () => {
    const number = Buffer.from(pair.privatePem.split('\n').slice(1, -2).join(''), 'base64')
      .subarray(36, 68)
      .toString('hex')
    expect(JSON.stringify(ours)).not.toContain(number)
    expect(JSON.stringify(ours)).not.toContain(BigInt(`0x${number}`).toString())
  })
})

const ORDER = 'fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123'
const derOf = (pem: string) => Buffer.from(pem.split('\n').slice(1, -2).join(''), 'base64')
const cut = (pem: string) => pemOf(/BEGIN ([A-Z ]+)-/.exec(pem)![1]!, derOf(pem).subarray(0, -20))
const pemOf = (label: string, der: Buffer) =>
  `-----BEGIN ${label}-----\n${der.toString('base64')}\n-----END ${label}-----\n`
const offCurve = () => Buffer.concat([derOf(pair.publicPem).subarray(0, 27), Buffer.alloc(64, 0x11)])
const withNumber = (hex: string) => {
  const der = derOf(pair.privatePem)
  Buffer.from(hex, 'hex').copy(der, 36)
  return der
}

describe('signatures', () => {
  it('verify as in the vector of WeChat, under the id of the standard', () => {
    expect(verifies(signature)).toBe(true)
    expect(loadCertificate(str(official, 'certificate_pem')).serial).toBe(str(official, 'serial'))
  })

  it.each(vectors('sm2-sm3-verify-negative').map((v) => [v.name, v] as const))('%s fails', (_, v) => {
    const key = loadCertificate(str(v, 'certificate_pem')).publicKey
    expect(verifyText(key, Buffer.from(str(v, 'message')), str(v, 'signature'))).toBe(false)
  })

  it('fail for each flipped bit of the signature and of the message', () => {
    for (let bit = 0; bit < signature.length * 8; bit += 1) {
      expect(verifies(flipped(signature, bit)), `bit ${bit}`).toBe(false)
    }
    for (let bit = 0; bit < message.length * 8; bit += 1) {
      expect(verifies(signature, flipped(message, bit)), `bit ${bit}`).toBe(false)
    }
  })

  const r = signature.subarray(4, 37)
  const s = signature.subarray(39)
  const sequence = (...parts: Buffer[]) => {
    const body = Buffer.concat(parts)
    return Buffer.concat([Buffer.from([0x30, body.length]), body])
  }
  const integer = (bytes: Buffer) => Buffer.concat([Buffer.from([2, bytes.length]), bytes])
  const number = (hex: string) => integer(Buffer.from(hex, 'hex'))

  it.each([
    ['a byte behind it', Buffer.concat([signature, Buffer.from([0])])],
    ['a byte behind its numbers', sequence(integer(r), integer(s), Buffer.from([0]))],
    ['a third number', sequence(integer(r), integer(s), integer(s))],
    ['one number', sequence(integer(r))],
    ['a needless zero byte', sequence(integer(Buffer.concat([Buffer.alloc(1), r])), integer(s))],
    ['a negative number', sequence(integer(r.subarray(1)), integer(s))],
    [
      'a long form of its length',
      Buffer.concat([Buffer.from([0x30, 0x81, signature.length - 2]), signature.subarray(2)]),
    ],
    [
      'a length without end',
      Buffer.concat([Buffer.from([0x30, 0x80]), signature.subarray(2), Buffer.alloc(2)]),
    ],
    ['another tag', Buffer.concat([Buffer.from([0x31]), signature.subarray(1)])],
    ['zero as r', sequence(number('00'), integer(s))],
    ['zero as s', sequence(integer(r), number('00'))],
    ['the order as r', sequence(number(`00${ORDER}`), integer(s))],
    [
      'r and the order',
      sequence(
        number((BigInt(`0x${r.toString('hex')}`) + BigInt(`0x${ORDER}`)).toString(16).padStart(66, '0')),
        integer(s),
      ),
    ],
    ['its numbers bare', Buffer.concat([r.subarray(1), s.subarray(1)])],
    ['nothing', Buffer.alloc(0)],
  ])('with %s fail', (_, bytes) => {
    expect(verifies(bytes)).toBe(false)
  })

  it('fail in every cut, and as base64 that is not strict', () => {
    for (let length = 0; length < signature.length; length += 1)
      expect(verifies(signature.subarray(0, length))).toBe(false)
    expect(verifyText(wechat, message, `${signature.toString('base64')}\n`)).toBe(false)
    expect(verifyText(wechat, message, signature.toString('base64url'))).toBe(false)
  })

  it('that we make verify, under the same id alone', () => {
    const text = Buffer.from('GET\n/v3/certificates\n支付\n')
    const own = publicHalf(ours)
    expect(verifyText(own, text, signText(ours, text))).toBe(true)
    const secret = derOf(pair.privatePem).subarray(36, 68).toString('hex')
    const options = { der: true, hash: true }
    const under = (userId: string) =>
      Buffer.from(sm2.doSignature(text, secret, { ...options, userId }), 'hex').toString('base64')
    expect(verifyText(own, text, under('1234567812345678'))).toBe(true)
    expect(verifyText(own, text, under('ALICE123@YAHOO.COM'))).toBe(false)
    expect(verifyText(own, text, under('8765432187654321'))).toBe(false)
  })

  it('of one kind are none of the other', () => {
    expect(verifyText(publicHalf(ours), message, signText(rsa.privateKey, message))).toBe(false)
    expect(verifyText(rsa.publicKey, message, signText(ours, message))).toBe(false)
  })
})

describe('fields', () => {
  it('open for the key that they were sealed for, and change with every sealing', () => {
    const own = publicHalf(ours)
    const [one, other] = [sealField(own, '6222 张三'), sealField(own, '6222 张三')]
    expect(one).not.toBe(other)
    expect(openField(ours, one)).toBe('6222 张三')
    expect(openField(loadPrivateKey(makeEcPair().privatePem), one)).toBeUndefined()
    expect(openField(rsa.privateKey, one)).toBeUndefined()
  })

  it('do not open with a flipped bit, cut, or with a byte behind them', () => {
    const sealed = Buffer.from(sealField(publicHalf(ours), '1'), 'base64')
    for (let bit = 0; bit < sealed.length * 8; bit += 61) {
      expect(openField(ours, flipped(sealed, bit).toString('base64')), `bit ${bit}`).toBeUndefined()
    }
    expect(openField(ours, sealed.subarray(0, -1).toString('base64'))).toBeUndefined()
    expect(openField(ours, Buffer.concat([sealed, Buffer.alloc(1)]).toString('base64'))).toBeUndefined()
    expect(openField(ours, 'no base64!')).toBeUndefined()
  })
})
