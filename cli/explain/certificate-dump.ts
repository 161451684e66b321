/** What there is to know of a certificate or a public key: serial, subject, validity, fingerprint. Nothing of it is secret. */
import { createHash, createPublicKey, X509Certificate } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { asRsa } from '#shared/crypto/keys.ts'
import type { PublicKey } from '#shared/crypto/keys.ts'
import { isNodesSm2 } from '#shared/crypto/load-sm.ts'
import { CliError } from '#cli/terminal/cli-error.ts'
import { fields, timeText } from '#cli/terminal/output.ts'
import { pemBlocks } from '#cli/setup/pem.ts'

export interface KeyDump {
  readonly kind: 'certificate' | 'public key'
  readonly serial?: string
  readonly subject?: string
  readonly issuer?: string
  readonly not_before?: string
  readonly not_after?: string
  /** Whole days until `not_after`; negative after it. */
  readonly days_left?: number
  /** Of the certificate (DER), as `openssl x509 -fingerprint -sha256` prints it. */
  readonly fingerprint_sha256?: string
  /** Of the public key (SPKI DER): equal for a key and its certificate. */
  readonly public_key_sha256: string
  /** Of an RSA key. */
  readonly bits?: number
  readonly algorithm: 'RSA' | 'SM2' | 'other'
}

const DAY_MS = 86_400_000

/** Describes every certificate and public key of a text. @throws CliError `usage` when there is none. */
export function dumpKeys(text: string, source: string, now: number): readonly KeyDump[] {
  const dumps = pemBlocks(text).flatMap(({ label, pem }) => {
    if (label === 'CERTIFICATE') return [dumpCertificate(pem, source, now)]
    return label === 'PUBLIC KEY' ? [dumpPublicKey(pem)] : []
  })
  if (dumps.length > 0) return dumps
  throw new CliError(
    'usage',
    `${source} holds no certificate and no public key in PEM`,
    'give a .pem file, or a .p12 with --p12',
  )
}

export function dumpPublicKey(pem: string): KeyDump {
  return { kind: 'public key', ...dumpKey(createPublicKey(pem)) }
}

/** @throws KeyError for one of SM2. */
export function dumpKeyOf(key: PublicKey): KeyDump {
  return { kind: 'public key', ...dumpKey(asRsa(key, 'public key')) }
}

export function dumpCertificate(pem: string, source: string, now: number): KeyDump {
  let certificate: X509Certificate
  try {
    certificate = new X509Certificate(pem)
  } catch (cause) {
    throw new CliError('usage', `a certificate of ${source} cannot be read`, 'download it again', { cause })
  }
  const notAfter = Date.parse(certificate.validTo)
  return {
    kind: 'certificate',
    serial: certificate.serialNumber.toUpperCase(),
    subject: certificate.subject.replaceAll('\n', ', '),
    issuer: certificate.issuer.replaceAll('\n', ', '),
    not_before: timeText(Date.parse(certificate.validFrom)),
    not_after: timeText(notAfter),
    days_left: Math.floor((notAfter - now) / DAY_MS),
    fingerprint_sha256: certificate.fingerprint256,
    ...dumpKey(certificate.publicKey),
  }
}

function dumpKey(key: KeyObject): Pick<KeyDump, 'public_key_sha256' | 'bits' | 'algorithm'> {
  const bits = key.asymmetricKeyDetails?.modulusLength
  return {
    public_key_sha256: createHash('sha256')
      .update(key.export({ type: 'spki', format: 'der' }))
      .digest('hex'),
    ...(bits === undefined ? {} : { bits }),
    algorithm: bits === undefined ? (isNodesSm2(key) ? 'SM2' : 'other') : 'RSA',
  }
}

export function dumpText({ days_left: days, ...dump }: KeyDump): string {
  return fields({
    ...dump,
    ...(days === undefined ? {} : { days_left: days < 0 ? `EXPIRED ${-days} days ago` : String(days) }),
  })
}
