/** A stand-in for Tenpay's certificate authority: issues merchant and platform certificates that exist for one run only. */
import { createPrivateKey, generateKeyPair } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import forge from 'node-forge'
import { signCertificate } from './sign-certificate.ts'

const generate = promisify(generateKeyPair)
const DAY_MS = 86_400_000
/** Both kinds of certificate are valid for 5 years (doc merchant/4012068814). */
export const VALIDITY_MS = 5 * 365 * DAY_MS

export interface PemPair {
  /** SPKI. */
  readonly publicKeyPem: string
  /** PKCS#8. */
  readonly privateKeyPem: string
  readonly privateKey: KeyObject
}

export interface IssuedCertificate extends PemPair {
  /** 40 upper-case hex digits. */
  readonly serial: string
  readonly certificatePem: string
  readonly notBefore: number
  readonly notAfter: number
}

export interface CertificateAuthority {
  readonly certificatePem: string
  readonly privateKeyPem: string
  /** Issues a certificate, for a fresh key unless one is given; `now` is epoch ms, the validity starts a day earlier. */
  issue(commonName: string, now: number, key?: PemPair): Promise<IssuedCertificate>
}

/** Makes an RSA-2048 key pair. */
export async function generateRsaPair(): Promise<PemPair> {
  const { publicKey, privateKey } = await generate('rsa', { modulusLength: 2048 })
  return {
    publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    privateKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    privateKey,
  }
}

/** Creates the authority of a key. */
export function createCertificateAuthority(
  authority: PemPair,
  now: number,
  name: AuthorityName = TENPAY,
): CertificateAuthority {
  const issuer = distinguishedName(name.commonName, name.organisation)
  const root = build({
    subject: issuer,
    issuer,
    publicKeyPem: authority.publicKeyPem,
    signer: authority.privateKey,
    now,
  })
  return openCertificateAuthority(root.certificatePem, authority.privateKeyPem, name)
}

/** The authority that has this certificate and key. */
export function openCertificateAuthority(
  certificatePem: string,
  privateKeyPem: string,
  { commonName: authority, organisation }: AuthorityName = TENPAY,
): CertificateAuthority {
  const signer = createPrivateKey(privateKeyPem)
  const issuer = distinguishedName(authority, organisation)
  return {
    certificatePem,
    privateKeyPem,
    async issue(commonName, now, key) {
      const pair = key ?? (await generateRsaPair())
      const subject = distinguishedName(commonName, organisation)
      return { ...pair, ...build({ subject, issuer, publicKeyPem: pair.publicKeyPem, signer, now }) }
    },
  }
}

/** Whom an authority stands in for. */
export interface AuthorityName {
  readonly commonName: string
  readonly organisation: string
}

const TENPAY: AuthorityName = { commonName: 'Tenpay.com Root CA', organisation: 'Tenpay.com' }

interface CertificateRequest {
  readonly subject: forge.pki.CertificateField[]
  readonly issuer: forge.pki.CertificateField[]
  readonly publicKeyPem: string
  readonly signer: KeyObject
  readonly now: number
}

function build({
  subject,
  issuer,
  publicKeyPem,
  signer,
  now,
}: CertificateRequest): Omit<IssuedCertificate, keyof PemPair> {
  // X.509 times have whole seconds.
  const notBefore = Math.floor((now - DAY_MS) / 1000) * 1000
  const notAfter = notBefore + VALIDITY_MS
  const serial = serialNumber()
  const certificate = forge.pki.createCertificate()
  certificate.publicKey = forge.pki.publicKeyFromPem(publicKeyPem)
  certificate.serialNumber = serial.toLowerCase()
  certificate.validity.notBefore = new Date(notBefore)
  certificate.validity.notAfter = new Date(notAfter)
  certificate.setSubject(subject)
  certificate.setIssuer(issuer)
  signCertificate(certificate, signer)
  return {
    serial,
    certificatePem: forge.pki.certificateToPem(certificate).replaceAll('\r\n', '\n'),
    notBefore,
    notAfter,
  }
}

/** 20 bytes whose first is 0x40 to 0x7f: positive, and always 40 hex digits. */
export function serialNumber(): string {
  const hex = forge.util.bytesToHex(forge.random.getBytesSync(20)).toUpperCase()
  return `${(4 + (Number.parseInt(hex.charAt(0), 16) % 4)).toString(16)}${hex.slice(1)}`
}

export function distinguishedName(
  commonName: string,
  organisation = 'Tenpay.com',
): forge.pki.CertificateField[] {
  return [
    { name: 'countryName', value: 'CN' },
    { name: 'organizationName', value: organisation },
    { shortName: 'OU', value: `${organisation} CA Center` },
    { name: 'commonName', value: commonName },
  ]
}
