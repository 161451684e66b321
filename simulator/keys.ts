/** All key material of the simulated merchant and of the simulated platform, with rotation and the gradual switch to a public key. */
import { createPublicKey } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { loadApiV3Key } from '#shared/crypto/aead.ts'
import { asRsa, loadCertificate } from '#shared/crypto/keys.ts'
import type { KeyKind, PrivateKey } from '#shared/crypto/keys.ts'
import { createCertificateAuthority, generateRsaPair } from './certificate-authority.ts'
import type { CertificateAuthority, IssuedCertificate, PemPair } from './certificate-authority.ts'
import { ControlError } from './control-error.ts'
import type { Ids } from './ids.ts'
import { createSm2Keys } from './sm2-keys.ts'
import type { Sm2Keys } from './sm2-keys.ts'

/** `certificate`: platform certificates only. `public_key`: a new merchant, no certificates. `mixed`: the gradual switch. */
export type KeyMode = 'certificate' | 'public_key' | 'mixed'
export const KEY_MODES: readonly KeyMode[] = ['certificate', 'public_key', 'mixed']

/** A merchant API certificate that requests may be signed with; the private key is known unless the caller kept it. */
export interface MerchantKey {
  readonly serial: string
  readonly certificatePem: string
  readonly privateKeyPem: string | undefined
  readonly publicKey: KeyObject
}

export interface Signer {
  /** What goes into `Wechatpay-Serial`. */
  readonly serial: string
  readonly privateKey: PrivateKey
}

export interface Keys {
  mode: KeyMode
  /** Share of notifications signed by the public key in mode `mixed`, 0 to 1. */
  publicKeyShare: number
  readonly rootCertificatePem: string
  readonly publicKey: PemPair & { readonly id: string }
  merchant: readonly MerchantKey[]
  /** Listed by `GET /v3/certificates`, oldest first. */
  platform: readonly IssuedCertificate[]
  /** Serial of the certificate that signs. */
  signingSerial: string
  apiv3Key: string
  previousApiv3Key: string
  /** Seals the notices of refunds that are made on the merchant platform. */
  readonly apiv2Key: string
  /** For merchants that have applied for 国密; else there are none. */
  sm2: Sm2Keys | undefined
  /** For forgeries: the authority's key, which signs no message of WeChat's and is listed nowhere. */
  readonly foreign: Signer & { readonly privateKey: KeyObject }
  readonly authority: CertificateAuthority
}

export interface KeyOptions {
  readonly mchid: string
  readonly mode: KeyMode
  readonly publicKeyShare: number
  readonly sm2: boolean
  readonly apiv3Key: string | undefined
  readonly merchantCertificatePem: string | undefined
  readonly merchantPrivateKeyPem: string | undefined
}

/** Generates everything that is not given. @throws KeyError for a certificate or APIv3 key that cannot be used. */
export async function createKeys(options: KeyOptions, ids: Ids, now: number): Promise<Keys> {
  const given = givenMerchant(options)
  // All at once: making keys is most of the time that a start takes.
  const [root, platformKey, publicKey, merchantKey] = await Promise.all([
    generateRsaPair(),
    generateRsaPair(),
    generateRsaPair(),
    given === undefined ? generateRsaPair() : undefined,
  ])
  const authority = createCertificateAuthority(root, now)
  const platform = await authority.issue('Tenpay.com sign', now, platformKey)
  const merchant = given ?? merchantOf(await authority.issue(options.mchid, now, merchantKey))
  const apiv3Key = options.apiv3Key ?? ids.text(32)
  loadApiV3Key(apiv3Key)
  return {
    mode: options.mode,
    publicKeyShare: options.publicKeyShare,
    rootCertificatePem: authority.certificatePem,
    publicKey: { ...publicKey, id: publicKeyId(options.mchid) },
    merchant: [merchant],
    platform: [platform],
    signingSerial: platform.serial,
    apiv3Key,
    previousApiv3Key: ids.text(32),
    foreign: { serial: platform.serial.split('').reverse().join(''), privateKey: root.privateKey },
    authority,
    apiv2Key: ids.text(32),
    sm2: options.sm2 ? await createSm2Keys(options.mchid, now) : undefined,
  }
}

/** Issues one more merchant API certificate; the earlier ones stay valid until retired. */
export async function issueMerchant(
  authority: CertificateAuthority,
  mchid: string,
  now: number,
): Promise<MerchantKey> {
  return merchantOf(await authority.issue(mchid, now))
}

function merchantOf(issued: IssuedCertificate): MerchantKey {
  const { serial, certificatePem, privateKeyPem, publicKeyPem } = issued
  return { serial, certificatePem, privateKeyPem, publicKey: createPublicKey(publicKeyPem) }
}

/** The prefix is a part of the id; 34 digits follow, the merchant's number among them. */
function publicKeyId(mchid: string): string {
  return `PUB_KEY_ID_01${mchid.replaceAll(/\D/g, '').slice(-10).padStart(10, '0')}2024110100397200000006`
}

/** The certificate that the caller brought, if it did. @throws KeyError */
export function givenMerchant({
  merchantCertificatePem,
  merchantPrivateKeyPem,
}: KeyOptions): MerchantKey | undefined {
  if (merchantCertificatePem === undefined) return undefined
  const { serial, publicKey } = loadCertificate(merchantCertificatePem)
  return {
    serial,
    certificatePem: merchantCertificatePem,
    privateKeyPem: merchantPrivateKeyPem,
    publicKey: asRsa(publicKey, 'merchant certificate'),
  }
}

/** The key that signs an answer, of the kind that the call is signed with: in mode `mixed` it follows the request's `Wechatpay-Serial` (doc merchant/4012154180). */
export function answerSigner(keys: Keys, kind: KeyKind, requestedSerial: string | undefined): Signer {
  if (kind === 'sm2' && keys.sm2 !== undefined) return keys.sm2.signer
  const byPublicKey =
    keys.mode === 'public_key' || (keys.mode === 'mixed' && requestedSerial === keys.publicKey.id)
  return byPublicKey ? publicKeySigner(keys) : certificateSigner(keys)
}

/** The key that signs a notification: in mode `mixed` WeChat decides per notification; `random` is in [0, 1). */
export function notificationSigner(keys: Keys, random: number): Signer {
  if (keys.sm2?.notifies === true) return keys.sm2.signer
  const byPublicKey = keys.mode === 'public_key' || (keys.mode === 'mixed' && random < keys.publicKeyShare)
  return byPublicKey ? publicKeySigner(keys) : certificateSigner(keys)
}

/** The WeChat Pay public key's signer. */
export function publicKeySigner({ publicKey }: Keys): Signer {
  return { serial: publicKey.id, privateKey: publicKey.privateKey }
}

/** The signer of the platform certificate in use. */
export function certificateSigner({ platform, signingSerial }: Keys): Signer {
  const certificate = platform.find(({ serial }) => serial === signingSerial)
  if (certificate === undefined)
    throw new ControlError(409, 'no_such_certificate', `no certificate ${signingSerial} to sign with`)
  return { serial: certificate.serial, privateKey: certificate.privateKey }
}
