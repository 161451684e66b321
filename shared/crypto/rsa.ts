/** RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017, 8.2), the only signature scheme that WeChat Pay APIv3 uses with RSA keys. */
import { createPrivateKey, createPublicKey, sign, verify, X509Certificate } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { decodeBase64 } from './base64.ts'
import { normalSerial } from './serial.ts'

const MIN_MODULUS_BITS = 2048
const MAX_MODULUS_BITS = 4096

/** A key that may not be used. The message says what is wrong with it and never holds key material. */
export class KeyError extends Error {
  override readonly name = 'KeyError'
}

/** Signs UTF-8 text. @returns standard base64 on one line. */
export function signSha256(key: KeyObject, message: string | Uint8Array): string {
  return sign('sha256', toBytes(message), key).toString('base64')
}

/**
 * Verifies a base64 signature over a message.
 *
 * Anything that is not strict base64 of exactly the modulus length is false, never an exception.
 */
export function verifySha256(key: KeyObject, message: Uint8Array, signature: string): boolean {
  const bytes = decodeBase64(signature)
  if (bytes === undefined || bytes.length * 8 !== modulusBits(key)) return false
  return verify('sha256', message, key, bytes)
}

/** By key: to ask a key anew takes as long as all other checks of a signature. */
const knownBits = new WeakMap<KeyObject, number>()

function modulusBits(key: KeyObject): number {
  const known = knownBits.get(key)
  if (known !== undefined) return known
  const bits = key.asymmetricKeyDetails?.modulusLength ?? Number.NaN
  knownBits.set(key, bits)
  return bits
}

/** Loads a private key from PEM (PKCS#8 or PKCS#1). @throws KeyError unless it is RSA of 2048 to 4096 bits. */
export function loadPrivateKey(pem: string): KeyObject {
  return checked(() => createPrivateKey(pem), 'private key')
}

/** Loads a public key from SPKI PEM. @throws KeyError unless it is RSA of 2048 to 4096 bits with a sane exponent. */
export function loadPublicKey(pem: string): KeyObject {
  return checked(() => {
    // Node would also take the public half of a private key, or the key of a certificate without its validity.
    const label = /-----BEGIN ([A-Z0-9 ]+)-----/.exec(pem)?.[1]
    if (label !== undefined && label !== 'PUBLIC KEY') {
      throw new KeyError(`the public key must be PEM "PUBLIC KEY" and is "${label}"`)
    }
    return createPublicKey(pem)
  }, 'public key')
}

/** What is needed of an X.509 certificate. Its serial is as `normalSerial` spells it. */
export interface Certificate {
  readonly serial: string
  readonly publicKey: KeyObject
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
    publicKey: checked(() => x509.publicKey, 'key of the certificate'),
    issuer: x509.issuer,
    subject: x509.subject,
    notBefore: Date.parse(x509.validFrom),
    notAfter: Date.parse(x509.validTo),
  }
}

function checked(load: () => KeyObject, what: string): KeyObject {
  let key: KeyObject
  try {
    key = load()
  } catch (cause) {
    if (cause instanceof KeyError) throw cause
    throw new KeyError(`the ${what} is not PEM that can be read`)
  }
  const { modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {}
  if (key.asymmetricKeyType !== 'rsa') throw new KeyError(`the ${what} must be RSA`)
  if (modulusLength < MIN_MODULUS_BITS || modulusLength > MAX_MODULUS_BITS) {
    throw new KeyError(`the ${what} must have 2048 to 4096 bits and has ${modulusLength}`)
  }
  // Small exponents are what made the PKCS#1 v1.5 forgeries of the past practical.
  if (publicExponent < 65_537n)
    throw new KeyError(`the ${what} must have a public exponent of at least 65537`)
  return key
}

function toBytes(message: string | Uint8Array): Uint8Array {
  return typeof message === 'string' ? Buffer.from(message, 'utf8') : message
}
