/**
 * AES-256-ECB as WeChat Pay APIv2 seals refund notices (doc v2/partner/4011989265). It authenticates nothing: whoever changes the
 * ciphertext changes the text. So nothing that comes out is believed.
 */
import { createDecipheriv, createHash, createSecretKey } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { decodeBase64 } from './base64.ts'
import { KeyError } from './rsa.ts'

const KEY_CHARACTERS = /^[0-9A-Za-z]{32}$/
const BLOCK_BYTES = 16

/** Loads an APIv2 key. @throws KeyError unless it has 32 letters and digits, as the merchant platform asks for. */
export function loadApiV2Key(text: string): KeyObject {
  if (!KEY_CHARACTERS.test(text))
    throw new KeyError('the APIv2 key must have exactly 32 characters, letters and digits only')
  // The 32 characters of the digest, and not its 16 bytes.
  return createSecretKey(Buffer.from(createHash('md5').update(text).digest('hex'), 'ascii'))
}

/** @returns what each key makes of it whose padding fits: with one in some 250 wrong keys it fits by chance. */
export function decryptEcb(keys: readonly KeyObject[], text: string): readonly Buffer[] {
  const sealed = decodeBase64(text.trim())
  if (sealed === undefined || sealed.length === 0 || sealed.length % BLOCK_BYTES !== 0) return []
  return keys.map((key) => open(key, sealed)).filter((plain) => plain !== undefined)
}

function open(key: KeyObject, sealed: Buffer): Buffer | undefined {
  const decipher = createDecipheriv('aes-256-ecb', key, null)
  const head = decipher.update(sealed)
  try {
    return Buffer.concat([head, decipher.final()])
  } catch {
    return undefined
  }
}
