/** Who calls Alipay: an app and its key, and its certificates where it has any. */
import type { KeyObject } from 'node:crypto'
import { asRsa, isSameKey, loadPrivateKey, publicHalf } from '#shared/crypto/keys.ts'
import { normalPem } from '#shared/crypto/pem.ts'
import { checkRsa, KeyError, signSha256 } from '#shared/crypto/rsa.ts'
import { certificatesOf, certificateSn, rootCertificateSn } from './certificate.ts'
import { signedText } from './signed-text.ts'

/** What is stored of an app; certificates come both or not at all. */
export interface AppKeyRecord {
  /** PEM, or the bare Base64 that Alipay's key tool writes. */
  readonly private_key: string
  readonly app_certificate?: string | undefined
  readonly root_certificate?: string | undefined
}

export interface AppSigner {
  readonly privateKey: KeyObject
  /** What goes into every call in certificate mode. */
  readonly certificates?: { readonly app_cert_sn: string; readonly alipay_root_cert_sn: string }
}

/** @throws KeyError for what is no RSA key of 2048 to 4096 bits, a certificate of another key, or one certificate without the other. */
export function loadAppSigner(record: AppKeyRecord): AppSigner {
  const privateKey = loadRsaPrivateKey(record.private_key)
  const { app_certificate: own, root_certificate: root } = record
  if (own === undefined && root === undefined) return { privateKey }
  if (own === undefined || root === undefined)
    throw new KeyError('certificate mode needs app_certificate and root_certificate')
  const [certificate] = certificatesOf(own, 'app certificate')
  checkRsa(certificate.publicKey, 'key of the app certificate')
  if (!isSameKey(certificate.publicKey, publicHalf(privateKey)))
    throw new KeyError('the app certificate is of another key than the private key')
  return {
    privateKey,
    certificates: {
      app_cert_sn: certificateSn(certificate),
      alipay_root_cert_sn: rootCertificateSn(root),
    },
  }
}

function loadRsaPrivateKey(text: string): KeyObject {
  const what = 'app private key'
  if (/BEGIN (?:PUBLIC KEY|CERTIFICATE)/.test(text))
    throw new KeyError(`the ${what} is public: the key that Alipay's tool names 应用私钥 is needed`)
  if (text.includes('-----BEGIN')) return asRsa(loadPrivateKey(normalPem(text)), what)
  // The tool writes PKCS#8 for Java and PKCS#1 for everybody else, and names neither.
  for (const label of ['PRIVATE KEY', 'RSA PRIVATE KEY']) {
    const key = keyOrNothing(pemOf(label, text))
    if (key !== undefined) return asRsa(key, what)
  }
  throw new KeyError(`the ${what} is neither PEM nor the Base64 of a key`)
}

function keyOrNothing(pem: string) {
  try {
    return loadPrivateKey(pem)
  } catch (cause) {
    // A key that can be read and may not be used is to be named as such.
    if (cause instanceof KeyError && cause.message.includes('that can be read')) return undefined
    throw cause
  }
}

/** PEM of bare Base64. */
export function pemOf(label: string, base64: string): string {
  const digits = base64.replace(/\s+/g, '')
  return `-----BEGIN ${label}-----\n${digits.replace(/(.{64})/g, '$1\n').trimEnd()}\n-----END ${label}-----\n`
}

/** Signs the parameters of a call or of a link. @returns them with `sign`. */
export function signParameters(
  { privateKey }: AppSigner,
  parameters: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return { ...parameters, sign: signSha256(privateKey, signedText(Object.entries(parameters))) }
}
