/** Attacks 16 to 20: the sealed resource, in envelopes whose signature is right. */
import { createDecipheriv } from 'node:crypto'
import { expect, it } from 'vitest'
import { decryptResource, encryptResource, loadApiV3Key } from '#shared/crypto/aead.ts'
import { parseApiV3Keys } from '#shared/secrets/secret-keys.ts'
import { expectRefused } from '#test/security/expectations.ts'
import type { AttackedStack } from '#test/security/attacked-stack.ts'

interface Envelope {
  readonly resource: Readonly<Record<string, unknown>>
}

/** Authentic but not readable asks WeChat to repeat it; not even an envelope is refused. */
const UNREADABLE = [503]
const MALFORMED = [400, 503]

export function encryptionAttacks(attacked: () => AttackedStack): void {
  /** Signs an envelope whose resource was changed: what only somebody with WeChat's key could send. */
  const withResource = (change: (resource: Envelope['resource']) => object) => {
    const { number, body } = attacked().genuine()
    const envelope = JSON.parse(body.toString()) as Envelope
    const resource = change(envelope.resource)
    return attacked().genuine({ number, body: Buffer.from(JSON.stringify({ ...envelope, resource })) })
  }
  const withBytes = (change: (sealed: Buffer) => Buffer) =>
    withResource((resource) => ({
      ...resource,
      ciphertext: change(Buffer.from(String(resource['ciphertext']), 'base64')).toString('base64'),
    }))

  it('16 a tag that is short, long or missing, and a ciphertext that is only a tag', async () => {
    for (let bytes = 0; bytes < 16; bytes += 1) {
      await expectRefused(
        attacked(),
        withBytes((sealed) => sealed.subarray(0, sealed.length - 16 + bytes)),
        UNREADABLE,
      )
    }
    for (const extra of [1, 16]) {
      await expectRefused(
        attacked(),
        withBytes((sealed) => Buffer.concat([sealed, Buffer.alloc(extra)])),
        UNREADABLE,
      )
    }
    for (const length of [0, 1, 15, 16]) {
      await expectRefused(
        attacked(),
        withBytes((sealed) => sealed.subarray(-16).subarray(0, length)),
        MALFORMED,
      )
    }
  })

  it('17 a nonce of any other length than twelve bytes', async () => {
    for (const length of [0, 8, 11, 13, 16, 17]) {
      await expectRefused(
        attacked(),
        withResource((resource) => ({ ...resource, nonce: 'n'.repeat(length) })),
        MALFORMED,
      )
    }
    await expectRefused(
      attacked(),
      withResource((resource) => ({ ...resource, nonce: 12 })),
      MALFORMED,
    )
  })

  it('18 other associated data, none, null, and another algorithm', async () => {
    for (const associated_data of ['refund', '', undefined, null, 'transactioN', ['transaction']]) {
      await expectRefused(
        attacked(),
        withResource((resource) => ({ ...resource, associated_data })),
        MALFORMED,
      )
    }
    for (const algorithm of ['AEAD_SM4_GCM', 'AES-256-CBC', 'none', '', undefined, 'aead_aes_256_gcm']) {
      await expectRefused(
        attacked(),
        withResource((resource) => ({ ...resource, algorithm })),
        MALFORMED,
      )
    }
  })

  it('19 an APIv3 key that has not 32 bytes is refused when it is loaded', () => {
    for (const current of [
      '',
      'k'.repeat(16),
      'k'.repeat(31),
      'k'.repeat(33),
      'k'.repeat(64),
      '键'.repeat(32),
      `${'k'.repeat(31)}\u0000`,
    ]) {
      expect(() => parseApiV3Keys(JSON.stringify({ current }))).toThrow(/^current: the APIv3 key must/)
      expect(() =>
        parseApiV3Keys(JSON.stringify({ current: 'k'.repeat(32), previous: current || '?' })),
      ).toThrow(/^previous: /)
    }
  })

  it('20 plaintext that the cipher gives out before the tag is checked is never used', async () => {
    const key = loadApiV3Key('k'.repeat(32))
    const sealed = encryptResource(key, 'paid', { nonce: '0123456789ab', associated_data: '' })
    const bytes = Buffer.from(sealed.ciphertext, 'base64')
    bytes[bytes.length - 1]! ^= 1
    // The cipher itself would hand it out:
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.nonce, { authTagLength: 16 })
    decipher.setAAD(Buffer.alloc(0)).setAuthTag(bytes.subarray(-16))
    expect(decipher.update(bytes.subarray(0, -16)).toString()).toBe('paid')
    expect(decryptResource([key], { ...sealed, ciphertext: bytes.toString('base64') })).toBeUndefined()

    const delivery = withBytes((whole) => {
      const changed = Buffer.from(whole)
      changed[changed.length - 1]! ^= 1
      return changed
    })
    await expectRefused(attacked(), delivery, UNREADABLE)
    expect(
      attacked()
        .lines('notify')
        .some((line) => line.includes(delivery.number)),
    ).toBe(false)
  })
}
