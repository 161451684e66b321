/**
 * SM2, SM3 and SM4 (GB/T 32918, 32905, 32907; GM/T 0009), which Node's crypto has in part or not at all: it cannot set SM2's id and
 * has no SM4-GCM. The arithmetic is sm-crypto-v2's. What it lets pass is stopped here: whatever is not strict DER, and a tag that is
 * not there.
 *
 * What is wrong with a key is a RangeError, whose message holds none of it. Nobody imports this file but `load-sm.ts`: functions have it beside their bundle, and read it where there is an SM2 key.
 */
import { sm2, sm3, sm4 } from 'sm-crypto-v2'
import { readCiphertext, readPrivateKey, readPublicKey, readSignature } from './der.ts'

/** The default of the standard, and WeChat's: 16 bytes of ASCII (doc partner/development/shangmi/guide). */
const USER_ID = '1234567812345678'
const SIGNING = { der: true, hash: true, userId: USER_ID } as const
const TAG_BYTES = 16
const KEY_BYTES = 16
/** C1C3C2, as asked for by WeChat. */
const C1C3C2 = 1

/** An SM2 public key; named like a `KeyObject`, to be told from one by `asymmetricKeyType`. */
export interface Sm2PublicKey {
  readonly asymmetricKeyType: 'sm2'
  /** Uncompressed, in hex. */
  readonly point: string
  /** SM2 with SM3 under WeChat's id; the signature is DER. */
  verify(message: Uint8Array, signature: Buffer): boolean
  /** C1C3C2 in DER. */
  seal(text: string): Buffer
}

/** An SM2 private key. The number itself stays inside. */
export interface Sm2PrivateKey {
  readonly asymmetricKeyType: 'sm2'
  publicKey(): Sm2PublicKey
  /** @returns DER. */
  sign(message: Uint8Array): Buffer
  /** @returns undefined for what was not sealed for this key. */
  open(sealed: Buffer): Buffer | undefined
  /** To write it as PEM. */
  pkcs8(): Buffer
}

export interface Sm4Sealed {
  readonly nonce: Uint8Array
  readonly aad: Uint8Array
  /** Ciphertext, then 16 bytes of tag. */
  readonly sealed: Uint8Array
}

/** The public key of an SPKI. @throws RangeError for another curve, or what is no point of it. */
export function publicKeyOf(spki: Buffer, what: string): Sm2PublicKey {
  return publicKey(readPublicKey(spki, what), what)
}

function publicKey(point: string, what: string): Sm2PublicKey {
  if (!isOnCurve(point)) throw new RangeError(`the ${what} is no point of the curve of SM2`)
  // A table that makes each verification some seven times as fast, and takes as long as several to make: many keys verify nothing.
  let prepared: ReturnType<typeof sm2.precomputePublicKey> | undefined
  return {
    asymmetricKeyType: 'sm2',
    point,
    verify(message, signature) {
      const strict = readSignature(signature)
      if (strict === undefined) return false
      prepared ??= sm2.precomputePublicKey(point)
      return sm2.doVerifySignature(message, strict, prepared, SIGNING)
    },
    seal: (text) =>
      Buffer.from(sm2.doEncrypt(Buffer.from(text, 'utf8'), point, C1C3C2, { asn1: true }), 'hex'),
  }
}

function isOnCurve(point: string): boolean {
  try {
    return sm2.verifyPublicKey(point)
  } catch {
    return false
  }
}

/** The private key of a PKCS#8. @throws RangeError for another curve or a number out of range. */
export function privateKeyOf(pkcs8: Buffer, what: string): Sm2PrivateKey {
  const secret = readPrivateKey(pkcs8, what)
  const point = sm2.getPublicKeyFromPrivateKey(secret)
  return {
    asymmetricKeyType: 'sm2',
    publicKey: () => publicKey(point, what),
    sign: (message) => Buffer.from(sm2.doSignature(message, secret, { ...SIGNING, publicKey: point }), 'hex'),
    open: (sealed) => opened(secret, sealed),
    pkcs8: () => pkcs8,
  }
}

/** The library answers no text where the hash does not fit, and throws where the point is none. */
function opened(secret: string, sealed: Buffer): Buffer | undefined {
  const strict = readCiphertext(sealed)
  if (strict === undefined) return undefined
  try {
    const plain = sm2.doDecrypt(strict, secret, C1C3C2, { asn1: true, output: 'array' })
    return plain.length === 0 ? undefined : Buffer.from(plain)
  } catch {
    return undefined
  }
}

/** WeChat's SM4 key: the first half of the digest of the APIv3 key. */
export function sm4Key(apiV3Key: Uint8Array): Buffer {
  return Buffer.from(sm3(apiV3Key), 'hex').subarray(0, KEY_BYTES)
}

/** @returns undefined unless the last 16 bytes are the tag of all before them. */
export function openSm4(key: Uint8Array, { nonce, aad, sealed }: Sm4Sealed): Buffer | undefined {
  const end = sealed.length - TAG_BYTES
  if (end < 1) return undefined
  // A copy, so that its length is what the library checks against; without a tag it would check nothing.
  const tag = Uint8Array.from(sealed.subarray(end))
  if (tag.length !== TAG_BYTES) return undefined
  const options = { mode: 'gcm', output: 'array', iv: nonce, associatedData: aad, tag } as const
  try {
    return Buffer.from(sm4.decrypt(sealed.subarray(0, end), key, options))
  } catch {
    return undefined
  }
}

/** Encrypts as WeChat does; for the simulator and for tests. */
export function sealSm4(
  key: Uint8Array,
  plain: Uint8Array,
  { nonce, aad }: Omit<Sm4Sealed, 'sealed'>,
): Buffer {
  const options = {
    mode: 'gcm',
    output: 'array',
    iv: nonce,
    associatedData: aad,
    outputTag: true,
  } as const
  const { output, tag } = sm4.encrypt(plain, key, options)
  if (tag?.length !== TAG_BYTES) throw new Error('the library made no tag')
  return Buffer.concat([output, tag])
}
