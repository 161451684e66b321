/** What reaches the cipher: nothing of a wrong size or type, and never without a fixed length of the tag. */
import type * as NodeCrypto from 'node:crypto'
import { createDecipheriv } from 'node:crypto'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { decryptResource, encryptResource, loadApiV3Key } from '#shared/crypto/aead.ts'

vi.mock('node:crypto', async (original) => {
  const actual = await original<typeof NodeCrypto>()
  return { ...actual, createDecipheriv: vi.fn(actual.createDecipheriv) }
})

const key = loadApiV3Key('0123456789abcdef0123456789abcdef')
const sealed = encryptResource(key, 'text', { nonce: '0123456789ab', associated_data: 'a' })

beforeEach(() => {
  vi.mocked(createDecipheriv).mockClear()
})

describe('the cipher', () => {
  it('is called with AES-256-GCM, twelve bytes of nonce and a tag of sixteen bytes, no more and no less', () => {
    expect(decryptResource([key], sealed)?.toString()).toBe('text')
    const nonce = Buffer.from('0123456789ab')
    expect(vi.mocked(createDecipheriv).mock.calls).toEqual([
      ['aes-256-gcm', key, nonce, { authTagLength: 16 }],
    ])
  })

  it.each([
    ['another algorithm', { algorithm: 'AEAD_SM4_GCM' }],
    ['a nonce of 11 bytes', { nonce: '0123456789a' }],
    ['a nonce of 13 bytes', { nonce: '0123456789abc' }],
    ['12 characters that are more bytes', { nonce: '0123456789aé' }],
    ['a ciphertext of 16 bytes', { ciphertext: Buffer.alloc(16).toString('base64') }],
    ['an empty ciphertext', { ciphertext: '' }],
    ['text that is no base64', { ciphertext: `${sealed.ciphertext}\n` }],
  ])('is not called for %s', (_, changes) => {
    expect(decryptResource([key], { ...sealed, ...changes })).toBeUndefined()
    expect(createDecipheriv).not.toHaveBeenCalled()
  })

  it('is called once for each of two keys, and stops at the one that fits', () => {
    const other = loadApiV3Key('f'.repeat(32))
    decryptResource([key, other], sealed)
    expect(createDecipheriv).toHaveBeenCalledTimes(1)
    decryptResource([other, key], sealed)
    expect(createDecipheriv).toHaveBeenCalledTimes(3)
  })
})
