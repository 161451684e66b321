/** SM3 and SM4 against public vectors, and against everything that is nearly right. */
import { createHash } from 'node:crypto'
import { sm4 } from 'sm-crypto-v2'
import { beforeAll, describe, expect, it } from 'vitest'
import { decryptResource, encryptSm4Resource, loadApiV3Key } from '#shared/crypto/aead.ts'
import { loadSm } from '#shared/crypto/load-sm.ts'
import { flipped } from '#test/support/sm-keys.ts'
import { str, vector } from '#test/support/vectors.ts'

beforeAll(loadSm)

describe('SM4 in GCM', () => {
  const v = vector('java-aead-sm4-gcm')
  const key = loadApiV3Key(str(v, 'apiV3Key'))
  const resource = {
    algorithm: 'AEAD_SM4_GCM',
    ciphertext: str(v, 'ciphertext'),
    nonce: str(v, 'nonce'),
    associated_data: str(v, 'associated_data'),
  }
  const sealed = Buffer.from(resource.ciphertext, 'base64')
  const opened = (changes: Partial<typeof resource>) =>
    decryptResource([key], { ...resource, ...changes })?.toString()

  it('opens the vector of WeChat, and what it seals itself', () => {
    expect(opened({})).toBe(str(v, 'plaintext'))
    const own = encryptSm4Resource(key, '{"a":"支付"}', { nonce: '0123456789ab', associated_data: '' })
    expect(decryptResource([loadApiV3Key('f'.repeat(32)), key], own)?.toString()).toBe('{"a":"支付"}')
  })

  it('derives the key and hashes as the vectors say', async () => {
    const engine = await loadSm()
    expect(engine.sm4Key(key.export()).toString('hex')).toBe(str(v, 'derived_key_hex'))
    const sm3 = vector('gbt32905-sm3-abc')
    expect(engine.sm4Key(Buffer.from(str(sm3, 'message'))).toString('hex')).toBe(
      str(sm3, 'digest_hex').slice(0, 32),
    )
    expect(createHash('sm3').update('abc').digest('hex')).toBe(str(sm3, 'digest_hex'))
  })

  it('opens the vector of RFC 8998', async () => {
    const rfc = vector('rfc8998-sm4-gcm')
    const bytes = (field: string) => Buffer.from(str(rfc, field), 'hex')
    const { openSm4 } = await loadSm()
    const all = Buffer.concat([bytes('ciphertext_hex'), bytes('tag_hex')])
    const plain = openSm4(bytes('key_hex'), { nonce: bytes('iv_hex'), aad: bytes('aad_hex'), sealed: all })
    expect(plain?.equals(bytes('plaintext_hex'))).toBe(true)
  })

  it('opens nothing with a flipped bit, in ciphertext or tag', () => {
    for (let bit = 0; bit < sealed.length * 8; bit += 1) {
      expect(opened({ ciphertext: flipped(sealed, bit).toString('base64') }), `bit ${bit}`).toBeUndefined()
    }
  })

  it('opens nothing with a cut or longer tag, or without one', () => {
    for (let length = 0; length < sealed.length; length += 1) {
      expect(
        opened({ ciphertext: sealed.subarray(0, length).toString('base64') }),
        `${length}`,
      ).toBeUndefined()
    }
    expect(
      opened({ ciphertext: Buffer.concat([sealed, Buffer.alloc(1)]).toString('base64') }),
    ).toBeUndefined()
    // What the library would give without a tag.
    const bare = sm4.decrypt(sealed.subarray(0, -16), Buffer.from(str(v, 'derived_key_hex'), 'hex'), {
      mode: 'gcm',
      output: 'array',
      iv: Buffer.from(resource.nonce),
      associatedData: Buffer.from(resource.associated_data),
    })
    expect(Buffer.from(bare).toString()).toBe(str(v, 'plaintext'))
  })

  it.each([
    ['another nonce', { nonce: 'uluk4a9R25RX' }],
    ['a nonce of 8 bytes', { nonce: 'uluk4a9R' }],
    ['a nonce of 16 bytes', { nonce: 'uluk4a9R25RWuluk' }],
    ['other associated data', { associated_data: 'associatedDatA' }],
    ['no associated data', { associated_data: '' }],
    ['the other algorithm', { algorithm: 'AEAD_AES_256_GCM' }],
    ['another algorithm', { algorithm: 'AEAD_SM4_CBC' }],
    ['its name in small letters', { algorithm: 'aead_sm4_gcm' }],
  ])('opens nothing with %s', (_, changes) => {
    expect(opened(changes)).toBeUndefined()
  })

  it('opens nothing with another key', () => {
    expect(decryptResource([loadApiV3Key('f'.repeat(32))], resource)).toBeUndefined()
  })
})
