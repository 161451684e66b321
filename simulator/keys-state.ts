/** All key material as it is written to a file. */
import { createPrivateKey, createPublicKey } from 'node:crypto'
import { openCertificateAuthority } from './certificate-authority.ts'
import type { IssuedCertificate } from './certificate-authority.ts'
import type { Keys, KeyMode, MerchantKey } from './keys.ts'
import { restoreSm2Keys } from './sm2-keys.ts'
import type { SavedSm2Keys, Sm2Keys } from './sm2-keys.ts'

export interface SavedKeys {
  readonly mode: KeyMode
  readonly publicKeyShare: number
  readonly authority: { readonly certificatePem: string; readonly privateKeyPem: string }
  readonly publicKey: { readonly id: string; readonly publicKeyPem: string; readonly privateKeyPem: string }
  readonly merchant: readonly (Omit<MerchantKey, 'publicKey' | 'privateKeyPem'> & {
    readonly privateKeyPem: string | null
    readonly publicKeyPem: string
  })[]
  readonly platform: readonly Omit<IssuedCertificate, 'privateKey'>[]
  readonly signingSerial: string
  readonly apiv3Key: string
  readonly previousApiv3Key: string
  /** Absent in what an earlier release wrote. */
  readonly apiv2Key?: string
  readonly foreign: { readonly serial: string; readonly privateKeyPem: string }
  /** Absent where there are none. */
  readonly sm2?: SavedSm2Keys
}

export function saveKeys(keys: Keys): SavedKeys {
  const {
    mode,
    publicKeyShare,
    signingSerial,
    apiv3Key,
    previousApiv3Key,
    apiv2Key,
    publicKey,
    foreign,
    sm2,
  } = keys
  const { certificatePem, privateKeyPem } = keys.authority
  return {
    mode,
    publicKeyShare,
    authority: { certificatePem, privateKeyPem },
    publicKey: withoutObject(publicKey),
    merchant: keys.merchant.map(({ publicKey: object, privateKeyPem: pem, ...rest }) => ({
      ...rest,
      privateKeyPem: pem ?? null,
      publicKeyPem: object.export({ type: 'spki', format: 'pem' }).toString(),
    })),
    platform: keys.platform.map(withoutObject),
    signingSerial,
    apiv3Key,
    previousApiv3Key,
    apiv2Key,
    foreign: {
      serial: foreign.serial,
      privateKeyPem: foreign.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    },
    ...(sm2 === undefined ? {} : { sm2: savedSm2(sm2) }),
  }
}

/** @throws Error when a key cannot be read. */
export async function restoreKeys(saved: SavedKeys): Promise<Keys> {
  const { authority, publicKey, merchant, platform, foreign, apiv2Key, sm2, ...rest } = saved
  return {
    ...rest,
    apiv2Key: apiv2Key ?? saved.previousApiv3Key,
    authority: openCertificateAuthority(authority.certificatePem, authority.privateKeyPem),
    rootCertificatePem: authority.certificatePem,
    publicKey: withObject(publicKey),
    merchant: merchant.map(({ publicKeyPem, privateKeyPem, ...certificate }) => ({
      ...certificate,
      privateKeyPem: privateKeyPem ?? undefined,
      publicKey: createPublicKey(publicKeyPem),
    })),
    platform: platform.map(withObject),
    foreign: { serial: foreign.serial, privateKey: createPrivateKey(foreign.privateKeyPem) },
    sm2: sm2 && (await restoreSm2Keys(sm2)),
  }
}

function savedSm2({ merchant, platform, notifies }: Sm2Keys): SavedSm2Keys {
  return { merchant, platform, notifies }
}

function withoutObject<T extends { readonly privateKey: unknown }>(key: T): Omit<T, 'privateKey'> {
  const { privateKey: _, ...rest } = key
  return rest
}

function withObject<T extends { readonly privateKeyPem: string }>(saved: T) {
  return { ...saved, privateKey: createPrivateKey(saved.privateKeyPem) }
}
