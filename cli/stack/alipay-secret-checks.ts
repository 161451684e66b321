/** Checks the secrets of Alipay in a stack: there, well-formed, belonging together, not about to expire. Shows no value. */
import type { KeyObject } from 'node:crypto'
import { certificatesOf } from '#shared/alipay/certificate.ts'
import { createAlipayKeyRing } from '#shared/alipay/key-ring.ts'
import type { AlipayKeyRecord } from '#shared/alipay/key-ring.ts'
import { isSameKey, publicHalf } from '#shared/crypto/keys.ts'
import { issuedUnder } from '#cli/setup/alipay-chain.ts'
import { keyName } from '#cli/setup/alipay-key-names.ts'
import { attempt, fail, ok, warn, type Check } from './check.ts'
import { expiryOf } from './expiry-check.ts'
import { type AlipaySigning, readAlipayKeys, readAlipaySigning } from './stack-keys.ts'
import type { AlipayStack } from './stack-access.ts'

export async function checkAlipaySecrets(stack: AlipayStack, now: number): Promise<readonly Check[]> {
  const remedy = `fill it with wxpay setup --provider alipay --stack ${stack.name}`
  const groups = await Promise.all([
    attempt('alipay-signing', remedy, () => signing(stack, now)),
    attempt('alipay-keys', remedy, () => keys(stack, now)),
  ])
  return groups.flat()
}

async function signing(stack: AlipayStack, now: number): Promise<readonly Check[]> {
  const name = 'alipay-signing'
  const { signer, record } = await readAlipaySigning(stack)
  const key = keyName(signer.privateKey)
  const { certificates } = signer
  if (certificates === undefined || record.app_certificate === undefined)
    return [ok(name, `the app ${stack.alipay.appId} signs with ${key}, without certificates`)]
  const { app_cert_sn, alipay_root_cert_sn } = certificates
  const [own] = certificatesOf(record.app_certificate, 'app certificate')
  return [
    ok(
      name,
      `the app ${stack.alipay.appId} signs with ${key} and its certificate: app_cert_sn ${app_cert_sn}, alipay_root_cert_sn ${alipay_root_cert_sn}`,
    ),
    expiryOf(
      'app certificate',
      { serial: app_cert_sn, notAfter: Date.parse(own.validTo) },
      {
        now,
        remedy:
          "renew it in Alipay's console (开发设置 > 接口加签方式 > 证书), then wxpay setup --provider alipay",
      },
    ),
  ]
}

async function keys(stack: AlipayStack, now: number): Promise<readonly Check[]> {
  const records = await readAlipayKeys(stack)
  const own = await ownSigning(stack)
  return [...lackingKind(records, own), ...records.map((record) => alipayKey(record, { now, own }))]
}

/** Undefined where it cannot be read, which is told elsewhere. */
async function ownSigning(stack: AlipayStack): Promise<AlipaySigning | undefined> {
  try {
    return await readAlipaySigning(stack)
  } catch {
    return undefined
  }
}

/** In certificate mode Alipay signs with its certificate, and answers name it. */
function lackingKind(records: readonly AlipayKeyRecord[], own: AlipaySigning | undefined): readonly Check[] {
  const certified = records.some(({ kind }) => kind === 'certificate')
  if (own?.signer.certificates === undefined || certified) return []
  return [
    warn(
      'alipay-keys',
      'the app calls in certificate mode, and no certificate of Alipay is stored',
      'give alipayCertPublicKey_RSA2.crt: wxpay setup --provider alipay --alipay-key',
    ),
  ]
}

interface Context {
  readonly now: number
  readonly own: AlipaySigning | undefined
}

const DOWNLOAD = "take it from the app's page in Alipay's console (开发设置 > 接口加签方式), then wxpay setup"

function alipayKey(record: AlipayKeyRecord, { now, own }: Context): Check {
  const [key] = createAlipayKeyRing([record]).keys
  if (key === undefined) return fail('alipay-keys', 'a key in it cannot be used', DOWNLOAD)
  const name = key.sn === undefined ? 'Alipay public key' : 'Alipay certificate'
  if (own !== undefined && isOwn(own, key.publicKey)) {
    return fail(
      name,
      `${keyName(key.publicKey)} is the app's own public key, with which nothing of Alipay can be verified`,
      `enter 支付宝公钥, not 应用公钥: ${DOWNLOAD}`,
    )
  }
  if (key.sn === undefined) return ok(name, `${keyName(key.publicKey)}, does not expire`)
  const root = own?.record.root_certificate
  if (root !== undefined && issuedUnder(record.pem, root) === 'refuted')
    return fail(name, `${key.sn} does not come from the root certificate that is stored`, DOWNLOAD)
  return expiryOf(name, { serial: key.sn, notAfter: key.notAfter }, { now, remedy: DOWNLOAD })
}

function isOwn({ signer }: AlipaySigning, key: KeyObject): boolean {
  return isSameKey(publicHalf(signer.privateKey), key)
}
