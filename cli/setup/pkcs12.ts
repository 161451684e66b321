/**
 * Reads `apiclient_cert.p12`. node-forge knows the RC2-40 encryption of old ones, which OpenSSL 3, and so Node, refuses; what
 * comes out of it is loaded and checked by node:crypto like any other key.
 */
import { X509Certificate } from 'node:crypto'
import forge from 'node-forge'
import { asRsa, loadPrivateKey } from '#shared/crypto/keys.ts'
import { CliError } from '#cli/terminal/cli-error.ts'

export interface PemPair {
  /** PKCS#8. */
  readonly privateKeyPem: string
  readonly certificatePem: string
}

/**
 * Takes the private key and its certificate out of a `.p12`.
 *
 * @param source how to call it in messages.
 * @throws CliError `usage`: not a .p12, wrong password, no key, or no certificate of that key.
 */
export function readPkcs12(
  bytes: Uint8Array,
  { password, source }: { readonly password: string; readonly source: string },
): PemPair {
  const p12 = opened(asn1Of(bytes, source), { password, source })
  const bags = (type: string) => p12.getBags({ bagType: type })[type] ?? []
  const { pkcs8ShroudedKeyBag, keyBag, certBag } = forge.pki.oids
  const key = [...bags(pkcs8ShroudedKeyBag ?? ''), ...bags(keyBag ?? '')].find((bag) => bag.key)?.key
  if (!key) {
    throw new CliError(
      'usage',
      `${source} holds no private key`,
      'download the merchant API certificate again',
    )
  }
  const info = forge.pki.wrapRsaPrivateKey(forge.pki.privateKeyToAsn1(key))
  const privateKeyPem = unixLines(forge.pki.privateKeyInfoToPem(info))
  const privateKey = asRsa(loadPrivateKey(privateKeyPem), 'private key')
  const certificates = bags(certBag ?? '').flatMap(({ cert }) =>
    cert ? [unixLines(forge.pki.certificateToPem(cert))] : [],
  )
  const certificatePem = certificates.find((pem) => new X509Certificate(pem).checkPrivateKey(privateKey))
  if (certificatePem === undefined) {
    throw new CliError(
      'usage',
      `${source} holds no certificate of its private key`,
      'download the merchant API certificate again',
    )
  }
  return { privateKeyPem, certificatePem }
}

function asn1Of(bytes: Uint8Array, source: string): forge.asn1.Asn1 {
  try {
    return forge.asn1.fromDer(forge.util.createBuffer(Buffer.from(bytes).toString('binary')))
  } catch (cause) {
    throw new CliError(
      'usage',
      `${source} is not a .p12 (PKCS#12) file`,
      'give apiclient_cert.p12 itself; PEM files are given with --private-key and --certificate',
      { cause },
    )
  }
}

function opened(
  asn1: forge.asn1.Asn1,
  { password, source }: { readonly password: string; readonly source: string },
): forge.pkcs12.Pkcs12Pfx {
  try {
    return forge.pkcs12.pkcs12FromAsn1(asn1, false, password)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : ''
    if (/password|MAC|decrypt/i.test(reason)) {
      throw new CliError(
        'usage',
        `the password does not open ${source}`,
        "it is the merchant number (mchid) unless somebody changed it: check that the file is this merchant's, or set WXPAY_P12_PASSWORD",
      )
    }
    throw new CliError('usage', `${source} cannot be read as a .p12 file`, 'download it again', { cause })
  }
}

function unixLines(pem: string): string {
  return pem.replaceAll('\r\n', '\n')
}
