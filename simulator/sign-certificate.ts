/** Signs certificates with Node's RSA: node-forge's own, in JavaScript, takes a hundred times as long. */
import { sign } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import forge from 'node-forge'

const SHA256_WITH_RSA = '1.2.840.113549.1.1.11'

/** Puts the issuer's signature under everything that is set so far. */
export function signCertificate(certificate: forge.pki.Certificate, issuer: KeyObject): void {
  certificate.signatureOid = SHA256_WITH_RSA
  certificate.siginfo.algorithmOid = SHA256_WITH_RSA
  certificate.signature = ''
  const [unsigned] = forge.pki.certificateToAsn1(certificate).value
  if (typeof unsigned !== 'object') throw new TypeError('a certificate without a body')
  const bytes = Buffer.from(forge.asn1.toDer(unsigned).getBytes(), 'latin1')
  certificate.signature = sign('sha256', bytes, issuer).toString('latin1')
}
