/** AEAD_AES_256_GCM (RFC 5116, 5.2) and AEAD_SM4_GCM (RFC 8998, 2) as WeChat Pay APIv3 uses them for notifications and platform certificates. */
import { createCipheriv, createDecipheriv, createSecretKey } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { decodeBase64 } from './base64.ts'
import { KeyError } from './rsa.ts'
import { loadedSm, sm } from './load-sm.ts'

const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16
const CIPHER = 'aes-256-gcm'
export const AEAD_AES = 'AEAD_AES_256_GCM'
export const AEAD_SM4 = 'AEAD_SM4_GCM'

/** The encrypted part of a notification or certificate; fields as on the wire. */
export interface EncryptedResource {
  readonly algorithm: string
  readonly ciphertext: string
  readonly nonce: string
  readonly associated_data?: string | undefined
}

/** Loads an APIv3 key: 32 characters used directly as 32 bytes. @throws KeyError on any other length or character. */
export function loadApiV3Key(text: string): KeyObject {
  const bytes = Buffer.from(text, 'utf8')
  if (bytes.length !== KEY_BYTES) {
    throw new KeyError(`the APIv3 key must have exactly 32 ASCII characters and has ${bytes.length} bytes`)
  }
  if (/[^\x21-\x7e]/.test(text)) throw new KeyError('the APIv3 key must have letters and digits only')
  return createSecretKey(bytes)
}

/**
 * Decrypts a resource with the first key that fits.
 *
 * Sizes and algorithm are checked before the cipher is called, and no plaintext is returned before its tag is checked.
 *
 * @returns the plaintext, or undefined when the shape is wrong or no key fits.
 */
export function decryptResource(keys: readonly KeyObject[], resource: EncryptedResource): Buffer | undefined {
  const openWith = OPEN.get(resource.algorithm)
  if (openWith === undefined) return undefined
  const nonce = Buffer.from(resource.nonce, 'utf8')
  const sealed = decodeBase64(resource.ciphertext)
  if (nonce.length !== NONCE_BYTES || sealed === undefined || sealed.length <= TAG_BYTES) return undefined
  const aad = Buffer.from(resource.associated_data ?? '', 'utf8')
  for (const key of keys) {
    const plain = openWith(key, { nonce, aad, sealed })
    if (plain !== undefined) return plain
  }
  return undefined
}

interface Sealed {
  readonly nonce: Buffer
  readonly aad: Buffer
  readonly sealed: Buffer
}

function open(key: KeyObject, { nonce, aad, sealed }: Sealed): Buffer | undefined {
  // authTagLength matters: without it Node accepts tags of 4 bytes.
  const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES })
  decipher.setAAD(aad)
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES))
  const plain = decipher.update(sealed.subarray(0, sealed.length - TAG_BYTES))
  try {
    // In this mode the end gives no more text: it checks the tag.
    decipher.final()
    return plain
  } catch {
    return undefined
  }
}

/** Whoever has no SM2 key of WeChat has not loaded SM4, and is sent nothing in it. */
function openSm4(key: KeyObject, sealed: Sealed): Buffer | undefined {
  const engine = loadedSm()
  return engine?.openSm4(engine.sm4Key(key.export()), sealed)
}

const OPEN: ReadonlyMap<string, typeof open> = new Map([
  [AEAD_AES, open],
  [AEAD_SM4, openSm4],
])

/** As `encryptResource`, in SM4. @throws KeyError when SM4 is not loaded */
export function encryptSm4Resource(
  key: KeyObject,
  plaintext: string,
  { nonce, associated_data }: { readonly nonce: string; readonly associated_data: string },
): EncryptedResource {
  const engine = sm()
  const sealed = engine.sealSm4(engine.sm4Key(key.export()), Buffer.from(plaintext, 'utf8'), {
    nonce: Buffer.from(nonce, 'utf8'),
    aad: Buffer.from(associated_data, 'utf8'),
  })
  return { algorithm: AEAD_SM4, ciphertext: sealed.toString('base64'), nonce, associated_data }
}

/** Encrypts as WeChat does; for the simulator and for tests. `nonce` must have 12 ASCII characters. */
export function encryptResource(
  key: KeyObject,
  plaintext: string | Uint8Array,
  { nonce, associated_data }: { readonly nonce: string; readonly associated_data: string },
): EncryptedResource {
  const cipher = createCipheriv(CIPHER, key, Buffer.from(nonce, 'utf8'), { authTagLength: TAG_BYTES })
  cipher.setAAD(Buffer.from(associated_data, 'utf8'))
  const head = typeof plaintext === 'string' ? cipher.update(plaintext, 'utf8') : cipher.update(plaintext)
  const ciphertext = Buffer.concat([head, cipher.final(), cipher.getAuthTag()]).toString('base64')
  return { algorithm: AEAD_AES, ciphertext, nonce, associated_data }
}
