/** RSAES-OAEP with SHA-1 (RFC 8017, 7.1), in which APIv3 carries single fields that are nobody else's business (doc partner/4013059053). */
import { constants, privateDecrypt, publicEncrypt } from 'node:crypto'
import type { KeyObject } from 'node:crypto'

const OAEP = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' } as const
/** Of the padding: two hashes of SHA-1 and two bytes. */
const OVERHEAD_BYTES = 42

/** How many bytes of text a key can seal. */
export function sealableBytes(key: KeyObject): number {
  return (key.asymmetricKeyDetails?.modulusLength ?? 0) / 8 - OVERHEAD_BYTES
}

/** @returns base64. @throws RangeError for text that is longer than the key can seal; the message holds none of it. */
export function sealRsaField(key: KeyObject, text: string): string {
  const bytes = Buffer.from(text, 'utf8')
  if (bytes.length > sealableBytes(key)) throw new RangeError('the field is longer than the key can seal')
  return publicEncrypt({ key, ...OAEP }, bytes).toString('base64')
}

/** @returns undefined for what was not sealed for this key. */
export function openRsaField(key: KeyObject, sealed: string): string | undefined {
  try {
    return privateDecrypt({ key, ...OAEP }, Buffer.from(sealed, 'base64')).toString('utf8')
  } catch {
    return undefined
  }
}
