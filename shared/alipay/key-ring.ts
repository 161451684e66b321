/** The keys that Alipay signs with: a public key, or certificates, the old and the new side by side. */
import type { KeyObject } from 'node:crypto'
import { asRsa, loadPublicKey } from '#shared/crypto/keys.ts'
import { normalPem } from '#shared/crypto/pem.ts'
import { checkRsa, verifySha256 } from '#shared/crypto/rsa.ts'
import { pemOf } from './app-signer.ts'
import { certificatesOf, certificateSn } from './certificate.ts'

export const ALIPAY_KEY_KINDS = ['public_key', 'certificate'] as const
type AlipayKeyKind = (typeof ALIPAY_KEY_KINDS)[number]

/** One stored key of Alipay's: a public key (支付宝公钥), or a certificate (支付宝公钥证书). */
export interface AlipayKeyRecord {
  readonly kind: AlipayKeyKind
  /** PEM; of a public key also the bare Base64 that Alipay's pages show. */
  readonly pem: string
}

export interface AlipayKey {
  /** The name of a certificate; a bare public key has none. */
  readonly sn?: string
  readonly publicKey: KeyObject
  /** Epoch ms. */
  readonly notBefore: number
  readonly notAfter: number
}

export interface Signed {
  readonly message: Uint8Array
  /** Base64. */
  readonly sign: string
  /** `alipay_cert_sn`, where an answer says with which certificate it is signed. */
  readonly sn?: string | undefined
  /** Epoch ms. */
  readonly now: number
}

export type AlipayVerified =
  | { readonly ok: true }
  | { readonly ok: false; readonly reason: 'unknown_key' | 'signature' }

export interface AlipayKeyRing {
  readonly keys: readonly AlipayKey[]
  /** Never throws on input. */
  verify(signed: Signed): AlipayVerified
}

/** @throws KeyError for what is no RSA key of 2048 to 4096 bits. */
export function createAlipayKeyRing(records: readonly AlipayKeyRecord[]): AlipayKeyRing {
  const keys = records.map(({ kind, pem }) => (kind === 'public_key' ? bareKey(pem) : certifiedKey(pem)))
  return {
    keys,
    verify({ message, sign, sn, now }) {
      const fit = keys.filter((key) => isMeant(key, sn) && key.notBefore <= now && now < key.notAfter)
      if (fit.length === 0) return { ok: false, reason: 'unknown_key' }
      const ok = fit.some(({ publicKey }) => verifySha256(publicKey, message, sign))
      return ok ? { ok } : { ok, reason: 'signature' }
    },
  }
}

/** A notification names no certificate: any of the ring may have signed it. */
function isMeant(key: AlipayKey, sn: string | undefined): boolean {
  return sn === undefined || key.sn === undefined || key.sn === sn
}

function bareKey(text: string): AlipayKey {
  const pem = text.includes('-----BEGIN') ? normalPem(text) : pemOf('PUBLIC KEY', text)
  const publicKey = asRsa(loadPublicKey(pem), 'public key of Alipay')
  return { publicKey, notBefore: 0, notAfter: Number.POSITIVE_INFINITY }
}

/** Trusted as a public key is, for where it is stored: Alipay's files often lack the authority between it and the root. */
function certifiedKey(pem: string): AlipayKey {
  const what = 'certificate of Alipay'
  const [certificate] = certificatesOf(pem, what)
  return {
    sn: certificateSn(certificate),
    publicKey: checkRsa(certificate.publicKey, `key of the ${what}`),
    notBefore: Date.parse(certificate.validFrom),
    notAfter: Date.parse(certificate.validTo),
  }
}
