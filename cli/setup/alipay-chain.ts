/** Whether certificates of Alipay come from its root: what was downloaded from elsewhere, or made up, does not. */
import type { X509Certificate } from 'node:crypto'
import { certificatesOf } from '#shared/alipay/certificate.ts'

/** `unproven`: an authority between the two is missing, which Alipay's files often lack. */
export type Issued = 'proven' | 'unproven' | 'refuted'

/** So many authorities stand between a certificate and its root at most. */
const LONGEST = 4

/** @param pem the certificate, then those of authorities if it comes with any. @throws KeyError for what is no PEM of certificates. */
export function issuedUnder(pem: string, rootPem: string): Issued {
  const [first, ...between] = certificatesOf(pem, 'certificate')
  const roots = certificatesOf(rootPem, 'root certificate')
  let current = first
  for (let step = 0; step < LONGEST; step += 1) {
    const named = roots.filter(({ subject }) => subject === current.issuer)
    if (named.some((root) => isSignedBy(current, root))) return 'proven'
    if (named.length > 0) return 'refuted'
    const next = between.find((one) => one !== current && one.subject === current.issuer)
    if (next === undefined) return current.subject === current.issuer ? 'refuted' : 'unproven'
    if (!isSignedBy(current, next)) return 'refuted'
    current = next
  }
  return 'unproven'
}

/** Node has no verification for some kinds of keys, such as SM2, and then throws. */
function isSignedBy(certificate: X509Certificate, { publicKey }: X509Certificate): boolean {
  try {
    return certificate.verify(publicKey)
  } catch {
    return false
  }
}
