/**
 * Certificates as Alipay names them: by the MD5 of issuer and serial, in its calls `app_cert_sn` and `alipay_root_cert_sn`
 * (alipay-sdk-nodejs-all 4.14.0, src/antcertutil.ts).
 */
import { createHash, X509Certificate } from 'node:crypto'
import { KeyError } from '#shared/crypto/rsa.ts'

const PEM = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

/** Every certificate of a file of PEM, in its order. @throws KeyError when there is none, or one that cannot be read. */
export function certificatesOf(pem: string, what: string): readonly [X509Certificate, ...X509Certificate[]] {
  const [first, ...more] = (pem.match(PEM) ?? []).map((text) => readable(text, what))
  if (first === undefined) throw new KeyError(`the ${what} is not PEM "CERTIFICATE"`)
  return [first, ...more]
}

function readable(pem: string, what: string): X509Certificate {
  try {
    return new X509Certificate(pem)
  } catch (cause) {
    throw new KeyError(`the ${what} is not PEM that can be read`, { cause })
  }
}

/** The name of one certificate: 32 hex digits. */
export function certificateSn({ issuer, serialNumber }: X509Certificate): string {
  const number = BigInt(`0x${serialNumber}`).toString()
  // MD5 is what Alipay asks for: it names a certificate here, and protects nothing.
  return createHash('md5')
    .update(`${issuerName(issuer)}${number}`)
    .digest('hex')
}

/** The names of those that are signed with RSA, in the order of the file, joined by `_`. @throws KeyError where there is none. */
export function rootCertificateSn(pem: string): string {
  const names = certificatesOf(pem, 'root certificate').filter(isSignedWithRsa).map(certificateSn)
  if (names.length === 0) throw new KeyError('the root certificate has none that is signed with RSA')
  return names.join('_')
}

/** `CN=…,OU=…,O=…,C=…`: Node tells one attribute a line, the most general first, with what RFC 2253 escapes escaped. */
function issuerName(issuer: string): string {
  return issuer
    .split('\n')
    .reverse()
    .map((line) => line.replace(/\\([0-9A-F]{2}|.)/g, (_, escaped: string) => unescaped(escaped)))
    .join(',')
}

function unescaped(escaped: string): string {
  return escaped.length === 2 ? String.fromCharCode(Number.parseInt(escaped, 16)) : escaped
}

/** 1.2.840.113549.1.1, the arc of PKCS#1, as DER writes it. */
const PKCS1 = Buffer.from('2a864886f70d0101', 'hex')

/** The algorithm stands behind the signed part, as a sequence that begins with its object identifier. */
function isSignedWithRsa({ raw }: X509Certificate): boolean {
  const signed = contentOf(raw, contentOf(raw, 0).from)
  const algorithm = contentOf(raw, contentOf(raw, signed.to).from)
  return raw.subarray(algorithm.from, algorithm.from + PKCS1.length).equals(PKCS1)
}

interface Span {
  readonly from: number
  readonly to: number
}

/** Where the content of the DER value at an offset stands. OpenSSL has read it before, so it is well-formed. */
function contentOf(der: Buffer, at: number): Span {
  const first = der[at + 1] ?? 0
  const digits = first < 0x80 ? 0 : first & 0x7f
  const from = at + 2 + digits
  const length = digits === 0 ? first : der.readUIntBE(at + 2, digits)
  return { from, to: from + length }
}
