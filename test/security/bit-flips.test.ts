/** Everything that is signed or sealed, with one bit changed or some of its end cut off: nothing of it may pass. */
import { describe, expect, it } from 'vitest'
import { decryptResource, encryptResource, loadApiV3Key } from '#shared/crypto/aead.ts'
import { decodeBase64 } from '#shared/crypto/base64.ts'
import { KeyError } from '#shared/crypto/rsa.ts'
import { createKeyRing } from '#shared/wechat/trust/key-ring.ts'
import { verifySignature } from '#shared/wechat/trust/signature.ts'
import { makePlatformKeys, sealNotification, signedHeaders } from '#test/support/wechat-keys.ts'

const NOW = Date.parse('2026-06-08T10:34:56Z')
const apiV3Key = loadApiV3Key('0123456789abcdef0123456789abcdef')
const platform = makePlatformKeys()
const body = Buffer.from(sealNotification({ apiV3Key, content: { out_trade_no: 'ORDER-0001' } }))
const headers = signedHeaders(platform.certificate, body, { now: NOW })

const verify = (changes: Record<string, string> = {}, bytes: Uint8Array = body) =>
  verifySignature(platform.ring, { headers: { ...headers, ...changes }, body: bytes, now: NOW }).ok

function flips(bytes: Buffer): Buffer[] {
  return Array.from({ length: bytes.length * 8 }, (_, bit) => {
    const flipped = Buffer.from(bytes)
    flipped[bit >> 3]! ^= 1 << (bit & 7)
    return flipped
  })
}
const truncations = (bytes: Buffer): Buffer[] =>
  Array.from({ length: bytes.length }, (_, length) => bytes.subarray(0, length))

describe('one changed bit', () => {
  it('is told from the original, which verifies', () => {
    expect(verify()).toBe(true)
  })

  it('of the signature is refused: all 2,048', () => {
    const all = flips(Buffer.from(headers['wechatpay-signature']!, 'base64'))
    expect(all).toHaveLength(2048)
    for (const bytes of all) expect(verify({ 'wechatpay-signature': bytes.toString('base64') })).toBe(false)
  })

  it('of the text of the signature is refused', () => {
    for (const bytes of flips(Buffer.from(headers['wechatpay-signature']!, 'latin1'))) {
      expect(verify({ 'wechatpay-signature': bytes.toString('latin1') })).toBe(false)
    }
  })

  it.each(['wechatpay-timestamp', 'wechatpay-nonce', 'wechatpay-serial'])('of %s is refused', (name) => {
    for (const bytes of flips(Buffer.from(headers[name]!))) {
      expect(verify({ [name]: bytes.toString('latin1') })).toBe(false)
    }
  })

  it('of the body is refused', () => {
    for (const bytes of flips(body)) expect(verify({}, bytes)).toBe(false)
  })
})

describe('a cut end', () => {
  it('of the signature, its text, a header or the body is refused at every length', () => {
    const signature = Buffer.from(headers['wechatpay-signature']!, 'base64')
    for (const bytes of truncations(signature)) {
      expect(verify({ 'wechatpay-signature': bytes.toString('base64') })).toBe(false)
    }
    for (const [name, value] of Object.entries(headers)) {
      if (name === 'wechatpay-signature-type') continue
      for (const bytes of truncations(Buffer.from(value)))
        expect(verify({ [name]: bytes.toString() })).toBe(false)
    }
    for (const bytes of truncations(body)) expect(verify({}, bytes)).toBe(false)
  })
})

describe('a sealed resource', () => {
  const sealed = encryptResource(apiV3Key, 'x'.repeat(40), {
    nonce: '0123456789ab',
    associated_data: 'transaction',
  })
  const whole = Buffer.from(sealed.ciphertext, 'base64')
  const open = (changes: object) => decryptResource([apiV3Key], { ...sealed, ...changes })

  it('opens as it is', () => {
    expect(open({})?.toString()).toBe('x'.repeat(40))
  })

  it('stays shut with one changed bit of ciphertext, tag, nonce or associated data, and at every cut', () => {
    for (const bytes of [...flips(whole), ...truncations(whole)]) {
      expect(open({ ciphertext: bytes.toString('base64') })).toBeUndefined()
    }
    for (const field of ['nonce', 'associated_data'] as const) {
      const bytes = Buffer.from(sealed[field]!)
      for (const changed of [...flips(bytes), ...truncations(bytes)]) {
        expect(open({ [field]: changed.toString('latin1') })).toBeUndefined()
      }
    }
  })

  const openWith = (text: string) => {
    try {
      return decryptResource([loadApiV3Key(text)], sealed)
    } catch (error) {
      return error instanceof KeyError ? 'refused' : error
    }
  }

  it('stays shut with one changed bit of the key', () => {
    for (const bytes of flips(Buffer.from('0123456789abcdef0123456789abcdef'))) {
      // Bytes that cannot be in a key are refused when it is loaded.
      expect(openWith(bytes.toString('latin1'))).toBeOneOf([undefined, 'refused'])
    }
  })
})

describe('a serial', () => {
  it('finds its key only when it is equal, character by character', () => {
    const { serial } = platform.certificate
    const ring = createKeyRing([platform.certificate.record])
    expect(ring.find(serial, NOW)?.serial).toBe(serial)
    const close = [
      serial.toLowerCase(),
      `0${serial}`,
      ` ${serial}`,
      `${serial} `,
      serial.slice(1),
      `${serial}\u0000`,
      `0x${serial}`,
      String(BigInt(`0x${serial}`)),
    ]
    for (const other of close) expect(ring.find(other, NOW)).toBeUndefined()
  })
})

describe('base64', () => {
  it('has one spelling for each value: all others of up to three digits are refused', () => {
    const digits = [
      ...Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'),
      '=',
      '-',
      '_',
      '\n',
      ' ',
    ]
    let accepted = 0
    for (const a of digits) {
      for (const b of digits) {
        if (decodeBase64(`${a}${b}==`) !== undefined) accepted += 1
        expect(decodeBase64(`${a}${b}`)).toBeUndefined()
        expect(decodeBase64(`${a}${b}=`)).toBeUndefined()
      }
    }
    expect(accepted).toBe(256)
  })
})
