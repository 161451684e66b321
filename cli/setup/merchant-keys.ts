/** Checks that what a merchant gives belongs together, before any of it is stored. Every failure is a sentence of its own. */
import { loadApiV3Key } from '#shared/crypto/aead.ts'
import { loadApiV2Key } from '#shared/crypto/ecb.ts'
import {
  isSameKey,
  kindOf,
  loadCertificate,
  loadPrivateKey,
  loadPublicKey,
  publicHalf,
} from '#shared/crypto/keys.ts'
import { KeyError } from '#shared/crypto/rsa.ts'
import { sameSerial } from '#shared/crypto/serial.ts'
import { CliError } from '#cli/terminal/cli-error.ts'
import { timeText } from '#cli/terminal/output.ts'

export interface MerchantPair {
  readonly privateKeyPem: string
  readonly certificatePem: string
}

const DOWNLOAD = 'take both files from the same download of the merchant API certificate (商户API证书)'

/**
 * Checks a pair and gives the serial of its certificate.
 *
 * @throws CliError `usage` when the key is another certificate's, or the certificate is another merchant's, has expired, or
 *   has not the serial that was given.
 */
export function checkMerchantPair(
  { privateKeyPem, certificatePem }: MerchantPair,
  {
    mchid,
    serial,
    now,
  }: { readonly mchid: string; readonly serial?: string | undefined; readonly now: number },
): string {
  const privateKey = loaded(() => loadPrivateKey(privateKeyPem))
  const certificate = loaded(() => loadCertificate(certificatePem))
  const [own, theirs] = [kindOf(privateKey), kindOf(certificate.publicKey)].map((kind) => kind.toUpperCase())
  if (own !== theirs) {
    throw new CliError('usage', `the private key is of ${own}, and the certificate of ${theirs}`, DOWNLOAD)
  }
  if (!isSameKey(publicHalf(privateKey), certificate.publicKey)) {
    throw new CliError(
      'usage',
      `the private key belongs to another certificate than the one with the serial ${certificate.serial}`,
      DOWNLOAD,
    )
  }
  const owner = /(?:^|\n)CN=([0-9]{8,32})(?:\n|$)/.exec(certificate.subject)?.[1]
  if (owner !== undefined && owner !== mchid) {
    throw new CliError(
      'usage',
      `the certificate is of the merchant ${owner}, and this stack serves ${mchid}`,
      'give the files of the right merchant, or name the right stack with --stack',
    )
  }
  const given = serial === undefined ? undefined : normalSerial(serial)
  if (given !== undefined && !sameSerial(given, certificate.serial)) {
    throw new CliError(
      'usage',
      `the certificate has the serial ${certificate.serial}, and ${given} was given`,
      'leave the serial out (it is in the certificate), or give the certificate of that serial',
    )
  }
  if (certificate.notAfter <= now) {
    throw new CliError(
      'usage',
      `the merchant certificate ${certificate.serial} expired on ${timeText(certificate.notAfter)}`,
      'apply for a new one in the merchant platform (账户中心 > API安全) and give its files',
    )
  }
  if (certificate.notBefore > now) {
    throw new CliError(
      'usage',
      `the merchant certificate ${certificate.serial} is valid only from ${timeText(certificate.notBefore)}`,
      "check this machine's clock",
    )
  }
  return certificate.serial
}

/** @throws CliError `usage` unless it is a key of RSA beside a pair of SM2. */
export function checkClientKey(pem: string, { privateKeyPem }: MerchantPair): string {
  const isSm2 = kindOf(loaded(() => loadPrivateKey(privateKeyPem))) === 'sm2'
  if (isSm2 && kindOf(loaded(() => loadPrivateKey(pem))) === 'rsa') return pem
  throw new CliError(
    'usage',
    isSm2 ? 'the client key must be RSA and is SM2' : 'a client key belongs beside a private key of SM2 only',
    isSm2
      ? "give apiclient_key.pem of the merchant's RSA certificate: WeChat's clients know no SM2"
      : 'leave --client-key out: the RSA private key signs for the client as well',
  )
}

/** Serials as WeChat writes them, from the ways in which tools print them. */
export function normalSerial(text: string): string {
  return text
    .trim()
    .replace(/^(?:serial=|0x)/i, '')
    .replaceAll(/[:\s]/g, '')
    .toUpperCase()
}

/** @throws CliError `usage` that tells the number of characters, never the key. */
export function checkApiV3Key(text: string): string {
  const key = text.trim()
  try {
    loadApiV3Key(key)
    return key
  } catch (cause) {
    if (!(cause instanceof KeyError)) throw cause
    throw new CliError(
      'usage',
      `the APIv3 key must have exactly 32 letters and digits; ${Buffer.byteLength(key)} bytes were given`,
      'it is the key that you set yourself in the merchant platform (账户中心 > API安全 > APIv3密钥), neither the APIv2 key nor a file',
      { cause },
    )
  }
}

/** @throws CliError `usage` when the id has another form. */
export function checkPublicKey(pem: string, id: string): { readonly serial: string; readonly pem: string } {
  loaded(() => loadPublicKey(pem))
  const serial = id.trim()
  if (/^PUB_KEY_ID_[0-9A-Za-z]{1,64}$/.test(serial)) return { serial, pem }
  throw new CliError(
    'usage',
    'the public key id must be PUB_KEY_ID_ and digits',
    'copy it whole from the merchant platform (账户中心 > API安全 > 微信支付公钥); the prefix belongs to it',
  )
}

/** @throws CliError `usage` when the public key to verify WeChat with is the merchant's own: nothing of WeChat would verify. */
export function checkNotOwnKey(publicKeyPem: string, certificatePem: string): void {
  const own = loaded(() => loadCertificate(certificatePem))
  if (
    !isSameKey(
      loaded(() => loadPublicKey(publicKeyPem)),
      own.publicKey,
    )
  )
    return
  throw new CliError(
    'usage',
    `the public key is that of the merchant certificate ${own.serial}, and not WeChat's`,
    'give pub_key.pem from the merchant platform (账户中心 > API安全 > 微信支付公钥), not the public half of your own key',
  )
}

function loaded<Value>(load: () => Value): Value {
  try {
    return load()
  } catch (cause) {
    if (!(cause instanceof KeyError)) throw cause
    throw new CliError('usage', cause.message, 'give the files as WeChat issued them', { cause })
  }
}

/** @throws CliError `usage` for anything that cannot be an APIv2 key. */
export function checkApiV2Key(text: string): string {
  const key = text.trim()
  try {
    loadApiV2Key(key)
    return key
  } catch (cause) {
    if (!(cause instanceof KeyError)) throw cause
    throw new CliError(
      'usage',
      `the APIv2 key must have exactly 32 letters and digits; ${Buffer.byteLength(key)} bytes were given`,
      'it is set in the merchant platform (账户中心 > API安全 > APIv2密钥), and is not the APIv3 key',
      { cause },
    )
  }
}
