/**
 * Takes out of a signature what its maker hashed (RFC 8017, 8.2.2 step 2). That tells a wrong key, under which nothing
 * sensible comes out, from a changed message, whose hash comes out. For explanations only: nothing is accepted by it.
 */
import { constants, publicDecrypt } from 'node:crypto'
import type { KeyObject } from 'node:crypto'

export interface RecoveredDigest {
  readonly algorithm: 'sha256' | 'sha1' | 'md5' | 'other'
  /** Lower-case hex. */
  readonly digest: string
}

/** DER in front of the hash in a DigestInfo (RFC 8017, 9.2 note 1). */
const PREFIXES: ReadonlyArray<readonly [RecoveredDigest['algorithm'], string]> = [
  ['sha256', '3031300d060960864801650304020105000420'],
  ['sha1', '3021300906052b0e03021a05000414'],
  ['md5', '3020300c06082a864886f70d020505000410'],
]

/** @returns undefined when the signature was not made with the private half of this key. */
export function recoverDigest(key: KeyObject, signature: Uint8Array): RecoveredDigest | undefined {
  let info: string
  try {
    info = publicDecrypt({ key, padding: constants.RSA_PKCS1_PADDING }, signature).toString('hex')
  } catch {
    return undefined
  }
  for (const [algorithm, prefix] of PREFIXES) {
    if (info.startsWith(prefix)) return { algorithm, digest: info.slice(prefix.length) }
  }
  return { algorithm: 'other', digest: info }
}
