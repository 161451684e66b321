/** Certificates for serving HTTPS: an authority of this simulator's own, which can vouch for nothing but the names that it serves. */
import { createPrivateKey } from 'node:crypto'
import { isIP } from 'node:net'
import forge from 'node-forge'
import { generateRsaPair } from './certificate-authority.ts'
import type { PemPair } from './certificate-authority.ts'
import { NAME_CONSTRAINTS_OID, permitOnly } from './name-constraints.ts'
import { signCertificate } from './sign-certificate.ts'

const DAY_MS = 86_400_000
const AUTHORITY_DAYS = 5 * 365
/** The longest that every client accepts. */
const SERVER_DAYS = 397
const ALWAYS_SERVED = ['localhost', '127.0.0.1', '::1', 'api.mch.weixin.qq.com', 'api2.mch.weixin.qq.com']

/** What is kept over a restart, so that clients go on trusting. */
export interface TlsAuthority {
  readonly certificate_pem: string
  readonly private_key_pem: string
  readonly names: readonly string[]
}

export interface TlsIdentity {
  readonly authority: TlsAuthority
  readonly certificatePem: string
  readonly privateKeyPem: string
}

/** Names and addresses that a certificate has to hold, `extra` among them. */
export function servedNames(extra: readonly string[]): readonly string[] {
  return [...new Set([...ALWAYS_SERVED, ...extra.map((name) => name.toLowerCase())])]
}

/** Makes an authority that can vouch for these names only: whoever steals it cannot use it against other sites. */
export async function createTlsAuthority(names: readonly string[], now: number): Promise<TlsAuthority> {
  const pair = await generateRsaPair()
  const certificate = blank(pair, now, AUTHORITY_DAYS)
  certificate.setSubject(AUTHORITY_NAME)
  certificate.setIssuer(AUTHORITY_NAME)
  certificate.setExtensions([
    { name: 'basicConstraints', cA: true, pathLenConstraint: 0, critical: true },
    { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    { name: 'subjectKeyIdentifier' },
    { id: NAME_CONSTRAINTS_OID, critical: true, value: permitOnly(names).toString('latin1') },
  ])
  signCertificate(certificate, pair.privateKey)
  return { certificate_pem: pem(certificate), private_key_pem: pair.privateKeyPem, names }
}

/** Issues the certificate of the servers. */
export async function createTlsIdentity(authority: TlsAuthority, now: number): Promise<TlsIdentity> {
  const pair = await generateRsaPair()
  const issuer = forge.pki.certificateFromPem(authority.certificate_pem)
  const certificate = blank(pair, now, SERVER_DAYS)
  certificate.setSubject([{ name: 'commonName', value: 'WeChat Pay simulator' }])
  certificate.setIssuer(AUTHORITY_NAME)
  certificate.setExtensions([
    { name: 'basicConstraints', cA: false, critical: true },
    { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
    { name: 'extKeyUsage', serverAuth: true },
    { name: 'subjectKeyIdentifier' },
    {
      name: 'authorityKeyIdentifier',
      keyIdentifier: issuer.generateSubjectKeyIdentifier().getBytes(),
    },
    {
      name: 'subjectAltName',
      altNames: authority.names.map((name) =>
        isIP(name) === 0 ? { type: 2, value: name } : { type: 7, ip: name },
      ),
    },
  ])
  signCertificate(certificate, createPrivateKey(authority.private_key_pem))
  return { authority, certificatePem: pem(certificate), privateKeyPem: pair.privateKeyPem }
}

const AUTHORITY_NAME: forge.pki.CertificateField[] = [
  { name: 'organizationName', value: 'wechatpay-simulator' },
  { name: 'commonName', value: 'WeChat Pay simulator, authority of one machine' },
]

function blank(pair: PemPair, now: number, days: number): forge.pki.Certificate {
  const certificate = forge.pki.createCertificate()
  certificate.publicKey = forge.pki.publicKeyFromPem(pair.publicKeyPem)
  // The first byte is 0x4…: positive, and never shortened.
  certificate.serialNumber = `4${forge.util.bytesToHex(forge.random.getBytesSync(16)).slice(1)}`
  certificate.validity.notBefore = new Date(now - DAY_MS)
  certificate.validity.notAfter = new Date(now + (days - 1) * DAY_MS)
  return certificate
}

function pem(certificate: forge.pki.Certificate): string {
  return forge.pki.certificateToPem(certificate).replaceAll('\r\n', '\n')
}
