/** A stand-in for the public authorities that issue SM2 certificates (GM/T 0015): for one run, like everything else here. */
import { createPublicKey, generateKeyPair } from 'node:crypto'
import { promisify } from 'node:util'
import forge from 'node-forge'
import { loadPrivateKey } from '#shared/crypto/keys.ts'
import { loadSm } from '#shared/crypto/load-sm.ts'
import type { Sm2PrivateKey } from '#shared/crypto/load-sm.ts'
import { distinguishedName, serialNumber, VALIDITY_MS } from './certificate-authority.ts'

const { asn1 } = forge
const generate = promisify(generateKeyPair)
const DAY_MS = 86_400_000
/** SM2 signature with SM3. */
const SM2_WITH_SM3 = '1.2.156.10197.1.501'

export interface Sm2Certificate {
  /** 40 upper-case hex digits. */
  readonly serial: string
  readonly certificatePem: string
  readonly publicKeyPem: string
  readonly privateKeyPem: string
  readonly notBefore: number
  readonly notAfter: number
}

export interface Sm2Authority {
  /** Issues a certificate for a fresh key; `now` is epoch ms, the validity starts a day earlier. */
  issue(commonName: string, now: number, organisation?: string): Promise<Sm2Certificate>
}

/** Creates the authority, of a key that nobody else sees. */
export async function createSm2Authority(): Promise<Sm2Authority> {
  await loadSm()
  const { privateKeyPem } = await generateSm2Pair()
  const signer = loadPrivateKey(privateKeyPem)
  if (signer.asymmetricKeyType !== 'sm2') throw new TypeError('Node made another key than one of SM2')
  return {
    async issue(commonName, now, organisation) {
      const pair = await generateSm2Pair()
      return {
        ...pair,
        ...build(distinguishedName(commonName, organisation), {
          now,
          signer,
          publicKeyPem: pair.publicKeyPem,
        }),
      }
    },
  }
}

async function generateSm2Pair(): Promise<Pick<Sm2Certificate, 'publicKeyPem' | 'privateKeyPem'>> {
  const { publicKey, privateKey } = await generate('ec', { namedCurve: 'SM2' })
  return {
    publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    privateKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}

interface Request {
  readonly now: number
  readonly signer: Sm2PrivateKey
  readonly publicKeyPem: string
}

function build(
  subject: forge.pki.CertificateField[],
  { now, signer, publicKeyPem }: Request,
): Pick<Sm2Certificate, 'serial' | 'certificatePem' | 'notBefore' | 'notAfter'> {
  const notBefore = Math.floor((now - DAY_MS) / 1000) * 1000
  const notAfter = notBefore + VALIDITY_MS
  const serial = serialNumber().toUpperCase()
  const certificate = forge.pki.createCertificate()
  certificate.serialNumber = serial.toLowerCase()
  certificate.validity.notBefore = new Date(notBefore)
  certificate.validity.notAfter = new Date(notAfter)
  certificate.setSubject(subject)
  certificate.setIssuer(distinguishedName('SM2 CA of the simulator', 'Simulated authority'))
  certificate.signatureOid = SM2_WITH_SM3
  certificate.siginfo.algorithmOid = SM2_WITH_SM3
  // node-forge knows RSA keys only: it writes one, which gives way to the key of SM2.
  const one = new forge.jsbn.BigInteger('1')
  certificate.publicKey = forge.pki.setRsaPublicKey(one, one)
  certificate.signature = ''
  const spki = createPublicKey(publicKeyPem).export({ type: 'spki', format: 'der' })
  const { body } = withKey(certificate, spki)
  certificate.signature = signer.sign(Buffer.from(asn1.toDer(body).getBytes(), 'latin1')).toString('latin1')
  const der = Buffer.from(asn1.toDer(withKey(certificate, spki).whole).getBytes(), 'latin1')
  return { serial, certificatePem: pem(der), notBefore, notAfter }
}

/** Where the key stands in the body of a certificate of version 3 (RFC 5280, 4.1). */
const KEY_PLACE = 6

function withKey(certificate: forge.pki.Certificate, spki: Buffer) {
  const whole = forge.pki.certificateToAsn1(certificate)
  const [body] = whole.value
  if (typeof body !== 'object' || typeof body.value === 'string')
    throw new TypeError('a certificate without a body')
  body.value[KEY_PLACE] = asn1.fromDer(forge.util.createBuffer(spki.toString('latin1')))
  return { whole, body }
}

function pem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? []
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n')
}
