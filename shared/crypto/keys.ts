/** The keys that messages are signed with, RSA or SM2, told apart by their kind and used in one way. */
import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { decodeBase64 } from './base64.ts'
import { openRsaField, sealRsaField } from './oaep.ts'
import { checkRsa, KeyError, signSha256, verifySha256Bytes } from './rsa.ts'
import { normalSerial } from './serial.ts'
import { isNodesSm2, sm } from './load-sm.ts'
import type { Sm2PrivateKey, Sm2PublicKey } from './load-sm.ts'

export type PublicKey = KeyObject | Sm2PublicKey
export type PrivateKey = KeyObject | Sm2PrivateKey
export type KeyKind = 'rsa' | 'sm2'

export function kindOf(key: PublicKey | PrivateKey): KeyKind {
  return key.asymmetricKeyType === 'sm2' ? 'sm2' : 'rsa'
}

/** Signs UTF-8 text: RSASSA-PKCS1-v1_5 with SHA-256, or SM2 with SM3. @returns standard base64 on one line. */
export function signText(key: PrivateKey, message: string | Uint8Array): string {
  if (key.asymmetricKeyType !== 'sm2') return signSha256(key, message)
  return key.sign(Buffer.from(message)).toString('base64')
}

/** Verifies a base64 signature over a message. Whatever is no signature of the key's kind is false, never an exception. */
export function verifyText(key: PublicKey, message: Uint8Array, signature: string): boolean {
  const bytes = decodeBase64(signature)
  return bytes !== undefined && verifyBytes(key, message, bytes)
}

/** The same of a signature that is decoded. */
export function verifyBytes(key: PublicKey, message: Uint8Array, signature: Buffer): boolean {
  return key.asymmetricKeyType === 'sm2'
    ? key.verify(message, signature)
    : verifySha256Bytes(key, message, signature)
}

/** Encrypts a single field: RSAES-OAEP, or SM2. @returns base64. @throws RangeError for text longer than an RSA key can seal. */
export function sealField(key: PublicKey, text: string): string {
  return key.asymmetricKeyType === 'sm2' ? key.seal(text).toString('base64') : sealRsaField(key, text)
}

/** @returns undefined for what was not sealed for this key. */
export function openField(key: PrivateKey, sealed: string): string | undefined {
  if (key.asymmetricKeyType !== 'sm2') return openRsaField(key, sealed)
  const bytes = decodeBase64(sealed)
  return bytes === undefined ? undefined : key.open(bytes)?.toString('utf8')
}

/** Loads a private key from PEM (PKCS#8 or PKCS#1). @throws KeyError unless it is RSA of 2048 to 4096 bits, or SM2. */
export function loadPrivateKey(pem: string): PrivateKey {
  const what = 'private key'
  const key = readable(() => createPrivateKey(pem), what)
  if (!isNodesSm2(key)) return checkRsa(key, what)
  return ofEngine(() => sm().privateKeyOf(key.export({ type: 'pkcs8', format: 'der' }), what))
}

/** Loads a public key from SPKI PEM. @throws KeyError unless it is RSA of 2048 to 4096 bits with a sane exponent, or SM2. */
export function loadPublicKey(pem: string): PublicKey {
  const what = 'public key'
  // Node would also take the public half of a private key, or the key of a certificate without its validity.
  const label = /-----BEGIN ([A-Z0-9 ]+)-----/.exec(pem)?.[1]
  if (label !== undefined && label !== 'PUBLIC KEY')
    throw new KeyError(`the public key must be PEM "PUBLIC KEY" and is "${label}"`)
  return checkedPublic(() => createPublicKey(pem), what)
}

/** What is needed of an X.509 certificate. Its serial is as `normalSerial` spells it. */
export interface Certificate {
  readonly serial: string
  readonly publicKey: PublicKey
  readonly issuer: string
  readonly subject: string
  readonly notBefore: number
  readonly notAfter: number
}

/** Parses a PEM certificate. @throws KeyError when it cannot be read or its key is refused. */
export function loadCertificate(pem: string): Certificate {
  let x509: X509Certificate
  try {
    x509 = new X509Certificate(pem)
  } catch (cause) {
    throw new KeyError('the certificate is not PEM that can be read', { cause })
  }
  return {
    serial: normalSerial(x509.serialNumber),
    publicKey: checkedPublic(() => x509.publicKey, 'key of the certificate'),
    issuer: x509.issuer,
    subject: x509.subject,
    notBefore: Date.parse(x509.validFrom),
    notAfter: Date.parse(x509.validTo),
  }
}

function checkedPublic(load: () => KeyObject, what: string): PublicKey {
  const key = readable(load, what)
  if (!isNodesSm2(key)) return checkRsa(key, what)
  return ofEngine(() => sm().publicKeyOf(key.export({ type: 'spki', format: 'der' }), what))
}

/** The engine has classes of its own: on Lambda it is a bundle apart. */
function ofEngine<Key>(load: () => Key): Key {
  try {
    return load()
  } catch (cause) {
    if (cause instanceof RangeError) throw new KeyError(cause.message)
    throw cause
  }
}

function readable(load: () => KeyObject, what: string): KeyObject {
  try {
    return load()
  } catch {
    throw new KeyError(`the ${what} is not PEM that can be read`)
  }
}

/** A key for what only RSA does. @throws KeyError for one of SM2 */
export function asRsa(key: PublicKey | PrivateKey, what: string): KeyObject {
  if (key.asymmetricKeyType !== 'sm2') return key
  throw new KeyError(`the ${what} must be RSA and is SM2`)
}

/** The public half of a private key. */
export function publicHalf(key: PrivateKey): PublicKey {
  return key.asymmetricKeyType === 'sm2' ? key.publicKey() : createPublicKey(key)
}

export function isSameKey(one: PublicKey, other: PublicKey): boolean {
  if (one.asymmetricKeyType === 'sm2' || other.asymmetricKeyType === 'sm2')
    return 'point' in one && 'point' in other && one.point === other.point
  return one.equals(other)
}

/** PKCS#8 PEM. */
export function privateKeyPem(key: PrivateKey): string {
  const object =
    key.asymmetricKeyType === 'sm2'
      ? createPrivateKey({ key: key.pkcs8(), format: 'der', type: 'pkcs8' })
      : key
  return object.export({ type: 'pkcs8', format: 'pem' }).toString()
}
