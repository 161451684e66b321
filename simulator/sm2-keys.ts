/** The merchant's and WeChat's certificates of SM2, for merchants that have applied for 国密 (doc partner/development/shangmi/guide). */
import { loadCertificate, loadPrivateKey } from '#shared/crypto/keys.ts'
import type { PrivateKey, PublicKey } from '#shared/crypto/keys.ts'
import { loadSm } from '#shared/crypto/load-sm.ts'
import { createSm2Authority } from './sm2-certificates.ts'
import type { Sm2Certificate } from './sm2-certificates.ts'

export interface SavedSm2Keys {
  readonly merchant: Sm2Certificate
  readonly platform: Sm2Certificate
  /** Whether notifications are signed and sealed so; calls are answered in the kind that they are signed with. */
  readonly notifies: boolean
}

export interface Sm2Keys extends Omit<SavedSm2Keys, 'notifies'> {
  notifies: boolean
  readonly merchantKey: PublicKey
  readonly signer: { readonly serial: string; readonly privateKey: PrivateKey }
}

/** Issues both certificates. */
export async function createSm2Keys(mchid: string, now: number): Promise<Sm2Keys> {
  const authority = await createSm2Authority()
  const [merchant, platform] = await Promise.all([
    authority.issue(mchid, now),
    // Of RSA's certificates Tenpay is the issuer; of these it is the subject.
    authority.issue('Tenpay.com sign', now),
  ])
  return restoreSm2Keys({ merchant, platform, notifies: true })
}

export async function restoreSm2Keys({ merchant, platform, notifies }: SavedSm2Keys): Promise<Sm2Keys> {
  await loadSm()
  return {
    merchant,
    platform,
    notifies,
    merchantKey: loadCertificate(merchant.certificatePem).publicKey,
    signer: { serial: platform.serial, privateKey: loadPrivateKey(platform.privateKeyPem) },
  }
}
