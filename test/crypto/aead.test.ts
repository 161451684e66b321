import { createCipheriv, createSecretKey } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { decryptResource, encryptResource, loadApiV3Key } from '#shared/crypto/aead.ts'
import type { EncryptedResource } from '#shared/crypto/aead.ts'
import { KeyError } from '#shared/crypto/rsa.ts'
import { str, vector, vectors } from '#test/support/vectors.ts'

const key = loadApiV3Key('0123456789abcdef0123456789abcdef')
const other = loadApiV3Key('fedcba9876543210fedcba9876543210')
const plain = Buffer.from('{"mchid":"1900000109"}')
const sealed = encryptResource(key, plain, { nonce: '0123456789ab', associated_data: 'transaction' })

function flip(text: string, bit: number): string {
  const bytes = Buffer.from(text, 'base64')
  bytes[bit >> 3]! ^= 1 << (bit & 7)
  return bytes.toString('base64')
}

/** As an attacker who may choose the tag's length would. */
function withTagOf(bytes: number): EncryptedResource {
  const whole = Buffer.from(sealed.ciphertext, 'base64')
  return { ...sealed, ciphertext: whole.subarray(0, whole.length - 16 + bytes).toString('base64') }
}

describe('decryptResource', () => {
  it('opens what WeChat sealed, text or bytes', () => {
    expect(decryptResource([key], sealed)).toEqual(plain)
    const text = encryptResource(key, '支付', { nonce: '0123456789ab', associated_data: '' })
    expect(decryptResource([key], text)?.toString()).toBe('支付')
    expect(decryptResource([key], { ...text, associated_data: undefined })?.toString()).toBe('支付')
  })

  it('tries the keys in turn, so that a retry under the previous key still opens', () => {
    expect(decryptResource([other, key], sealed)).toEqual(plain)
    expect(decryptResource([other], sealed)).toBeUndefined()
    expect(decryptResource([], sealed)).toBeUndefined()
  })

  it('refuses every flipped bit of ciphertext and tag', () => {
    const bits = Buffer.from(sealed.ciphertext, 'base64').length * 8
    for (let bit = 0; bit < bits; bit += 1) {
      expect(decryptResource([key], { ...sealed, ciphertext: flip(sealed.ciphertext, bit) })).toBeUndefined()
    }
  })

  it.each([0, 4, 8, 12, 13, 14, 15])('refuses a tag cut to %i bytes', (bytes) => {
    expect(decryptResource([key], withTagOf(bytes))).toBeUndefined()
  })

  it('refuses a ciphertext of a tag alone', () => {
    const cipher = createCipheriv('aes-256-gcm', key, '0123456789ab', { authTagLength: 16 })
    cipher.setAAD(Buffer.from('transaction'))
    cipher.final()
    const ciphertext = cipher.getAuthTag().toString('base64')
    expect(decryptResource([key], { ...sealed, ciphertext })).toBeUndefined()
  })

  it.each([0, 8, 11, 13, 16])('refuses a nonce of %i bytes', (length) => {
    expect(decryptResource([key], { ...sealed, nonce: 'n'.repeat(length) })).toBeUndefined()
  })

  it('counts the nonce in bytes, not characters', () => {
    expect(decryptResource([key], { ...sealed, nonce: '0123456789a好' })).toBeUndefined()
  })

  it.each([
    ['another', 'refund'],
    ['an empty', ''],
    ['no', undefined],
  ])('refuses %s associated data', (_, associated_data) => {
    expect(decryptResource([key], { ...sealed, associated_data })).toBeUndefined()
  })

  it.each(['AEAD_SM4_GCM', 'aead_aes_256_gcm', '', 'AES-256-GCM'])(
    'refuses the algorithm "%s"',
    (algorithm) => {
      expect(decryptResource([key], { ...sealed, algorithm })).toBeUndefined()
    },
  )

  it('refuses ciphertext that is not strict base64', () => {
    expect(decryptResource([key], { ...sealed, ciphertext: `${sealed.ciphertext}\n` })).toBeUndefined()
  })
})

describe('public vectors', () => {
  it.each(vectors('aead-aes-256-gcm').map((v) => [v.name, v] as const))('%s opens', (_, v) => {
    expect(decryptResource([loadApiV3Key(str(v, 'key'))], resourceOf(v))?.toString()).toBe(
      str(v, 'plaintext'),
    )
  })

  it.each(vectors('aead-aes-256-gcm-negative').map((v) => [v.name, v] as const))('%s stays shut', (_, v) => {
    expect(decryptResource([loadApiV3Key(str(v, 'key'))], resourceOf(v))).toBeUndefined()
  })

  it('refuses the 16-byte key of the Go SDK tests', () => {
    expect(() => loadApiV3Key(str(vector('go-aead-16-byte-key'), 'key'))).toThrow(/exactly 32 .* has 16/)
  })

  it('refuses a 16-byte nonce although the cipher would take it', () => {
    const v = vector('axios-gcm-16-byte-iv-empty')
    expect(decryptResource([loadApiV3Key(str(v, 'key'))], resourceOf(v))).toBeUndefined()
  })
})

describe('loadApiV3Key', () => {
  it('uses the characters as bytes', () => {
    const bytes = Buffer.from('0123456789abcdef0123456789abcdef')
    expect(key.equals(createSecretKey(bytes))).toBe(true)
  })

  it.each(['', 'a'.repeat(31), 'a'.repeat(33), `${'a'.repeat(32)}\n`, `${'a'.repeat(31)}\n`, 'é'.repeat(16)])(
    'refuses other lengths and characters without quoting them',
    (text) => {
      expect(() => loadApiV3Key(text)).toThrow(KeyError)
      expect(() => loadApiV3Key(text)).not.toThrow(/aaa|ééé/)
    },
  )
})

function resourceOf(v: ReturnType<typeof vector>): EncryptedResource {
  return {
    algorithm: 'AEAD_AES_256_GCM',
    nonce: str(v, 'nonce'),
    associated_data: str(v, 'associated_data'),
    ciphertext: str(v, 'ciphertext'),
  }
}
