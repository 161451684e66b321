/** DER (X.690) where PEM was asked for: the same keys and certificates without their armour. */
import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto'
import { CliError } from '#cli/terminal/cli-error.ts'

export type PemKind = 'private key' | 'certificate' | 'public key'

/** How each kind is read; PKCS#1 is what older tools write. */
const READERS: Readonly<Record<PemKind, ReadonlyArray<(der: Buffer) => string>>> = {
  'private key': (['pkcs8', 'pkcs1'] as const).map(
    (type) => (key) =>
      createPrivateKey({ key, format: 'der', type }).export({ type: 'pkcs8', format: 'pem' }).toString(),
  ),
  certificate: [(der) => new X509Certificate(der).toString()],
  'public key': [
    (key) =>
      createPublicKey({ key, format: 'der', type: 'spki' })
        .export({ type: 'spki', format: 'pem' })
        .toString(),
  ],
}
const KINDS = ['private key', 'certificate', 'public key'] as const

/** A SEQUENCE whose length is that of the file, which no text begins with. */
const SEQUENCE = 0x30
/** PKCS#12 begins with its version, 3 (RFC 7292, 4). */
const PKCS12_VERSION = Buffer.from([0x02, 0x01, 0x03, SEQUENCE])

/** @returns undefined when it is no DER. @throws CliError `usage` that names the DER of another kind. */
export function derToPem(bytes: Uint8Array, kind: PemKind, source: string): string | undefined {
  const der = Buffer.from(bytes)
  if (contentOf(der) === undefined) return undefined
  const pem = read(der, kind)
  if (pem !== undefined) return pem
  if (contentOf(der)?.subarray(0, PKCS12_VERSION.length).equals(PKCS12_VERSION) === true) {
    throw new CliError('usage', `${source} holds no ${kind}: it is a .p12 (PKCS#12)`, 'give it with --p12')
  }
  const other = KINDS.find((each) => read(der, each) !== undefined)
  throw new CliError(
    'usage',
    `${source} holds no ${kind}: it is DER${other === undefined ? ' of another kind' : ` of a ${other}`}`,
    `give the file of the ${kind}`,
  )
}

function read(der: Buffer, kind: PemKind): string | undefined {
  for (const reader of READERS[kind]) {
    try {
      return reader(der)
    } catch {
      // The next way of writing it.
    }
  }
  return undefined
}

/** What is inside of the one SEQUENCE that the bytes are; undefined when they are something else. */
function contentOf(der: Buffer): Buffer | undefined {
  const [tag, length = 0] = der
  if (tag !== SEQUENCE || length < 0x80) return undefined
  const digits = length - 0x80
  if (digits < 1 || digits > 3 || der.length < 2 + digits) return undefined
  const content = der.subarray(2 + digits)
  return content.length === der.readUIntBE(2, digits) ? content : undefined
}
