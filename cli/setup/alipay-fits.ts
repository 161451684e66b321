/** Checks that what is given for Alipay belongs together, before any of it is stored. Every failure is a sentence of its own. */
import type { X509Certificate } from 'node:crypto'
import type { AppKeyRecord, AppSigner } from '#shared/alipay/app-signer.ts'
import { certificatesOf, certificateSn } from '#shared/alipay/certificate.ts'
import type { AlipayKeyRecord } from '#shared/alipay/key-ring.ts'
import { isSameKey, publicHalf } from '#shared/crypto/keys.ts'
import { CliError } from '#cli/terminal/cli-error.ts'
import { timeText } from '#cli/terminal/output.ts'
import type { World } from '#cli/terminal/world.ts'
import { issuedUnder } from './alipay-chain.ts'
import { checkedKey, signerOf, usable } from './alipay-files.ts'
import { keyName } from './alipay-key-names.ts'

const DOWNLOAD =
  "take all three files from one download of the app's page in Alipay's console (开发设置 > 接口加签方式 > 证书)"

/** The app's own side: key kind and size, its certificate, the root. @throws CliError `usage` */
export function checkApp(record: AppKeyRecord, now: number): AppSigner {
  const signer = signerOf(record)
  const { app_certificate: own, root_certificate: root } = record
  if (own === undefined || root === undefined) return signer
  const [certificate] = usable(() => certificatesOf(own, 'app certificate'), DOWNLOAD)
  checkValid('app certificate', certificate, now)
  if (usable(() => issuedUnder(own, root), DOWNLOAD) !== 'refuted') return signer
  throw notUnder('app certificate', certificateSn(certificate))
}

/** @param against what signs, as far as it is known. @throws CliError `usage` */
export function checkAlipayKey(
  { terminal }: Pick<World, 'terminal'>,
  key: AlipayKeyRecord,
  { record, now }: { readonly record: AppKeyRecord | undefined; readonly now: number },
): void {
  const { publicKey } = checkedKey(key)
  if (key.kind === 'certificate') {
    const [certificate] = usable(() => certificatesOf(key.pem, 'certificate of Alipay'), DOWNLOAD)
    checkValid('certificate of Alipay', certificate, now)
  }
  if (record === undefined) {
    terminal.err('what signs cannot be read by these credentials: not compared with the key of Alipay\n')
    return
  }
  checkMode(key, record)
  if (isSameKey(publicHalf(signerOf(record).privateKey), publicKey)) {
    throw new CliError(
      'usage',
      `the key of Alipay is the app's own public key, ${keyName(publicKey)}`,
      "give 支付宝公钥, which Alipay's console shows once it has 应用公钥, and not 应用公钥 itself",
    )
  }
  checkRoot(terminal, key, record)
}

/** Bare keys or certificates, on both sides. */
function checkMode({ kind }: AlipayKeyRecord, { app_certificate: own }: AppKeyRecord): void {
  if (own !== undefined && kind === 'public_key') {
    throw new CliError(
      'usage',
      'the app has a certificate, and a bare public key of Alipay was given',
      "give Alipay's certificate (alipayCertPublicKey_RSA2.crt): in certificate mode its console shows no 支付宝公钥",
    )
  }
  if (own === undefined && kind === 'certificate') {
    throw new CliError(
      'usage',
      'a certificate of Alipay was given, and the app has none of its own',
      'give --app-certificate and --root-certificate too, or 支付宝公钥 where the app has a bare public key',
    )
  }
}

function checkRoot(
  terminal: World['terminal'],
  { kind, pem }: AlipayKeyRecord,
  { root_certificate: root }: AppKeyRecord,
): void {
  if (kind !== 'certificate' || root === undefined) return
  const issued = usable(() => issuedUnder(pem, root), DOWNLOAD)
  const [certificate] = certificatesOf(pem, 'certificate of Alipay')
  if (issued === 'refuted') throw notUnder('certificate of Alipay', certificateSn(certificate))
  if (issued === 'unproven')
    terminal.err(
      'the file of the certificate of Alipay lacks the authority between it and the root: not proven that it comes from there\n',
    )
}

function notUnder(what: string, sn: string): CliError {
  return new CliError('usage', `the ${what} ${sn} does not come from the root certificate given`, DOWNLOAD)
}

function checkValid(what: string, { validFrom, validTo }: X509Certificate, now: number): void {
  const [from, to] = [Date.parse(validFrom), Date.parse(validTo)]
  if (to <= now)
    throw new CliError('usage', `the ${what} expired on ${timeText(to)}`, `renew it, then ${DOWNLOAD}`)
  if (from > now)
    throw new CliError(
      'usage',
      `the ${what} is valid only from ${timeText(from)}`,
      "check this machine's clock",
    )
}
