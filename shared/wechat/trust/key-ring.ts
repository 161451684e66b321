/** WeChat Pay's public keys by serial: platform certificates and WeChat Pay public keys side by side, looked up exactly. */
import { normalSerial, sameSerial } from '#shared/crypto/serial.ts'
import { kindOf, loadCertificate, loadPublicKey } from '#shared/crypto/keys.ts'
import type { KeyKind, PublicKey } from '#shared/crypto/keys.ts'
import { KeyError } from '#shared/crypto/rsa.ts'

export const PLATFORM_KEY_KINDS = ['certificate', 'public_key'] as const
type PlatformKeyKind = (typeof PLATFORM_KEY_KINDS)[number]

/** One stored platform key, as in the `platform-keys` secret. */
export interface PlatformKeyRecord {
  /** Hex digits for a certificate, as WeChat spells them (40 in upper case, as a rule), `PUB_KEY_ID_…` for a public key. */
  readonly serial: string
  readonly kind: PlatformKeyKind
  readonly pem: string
}

export interface PlatformKey {
  readonly serial: string
  readonly kind: PlatformKeyKind
  readonly publicKey: PublicKey
  /** Epoch milliseconds; public keys are valid for ever. */
  readonly notBefore: number
  readonly notAfter: number
}

export interface KeyRing {
  /** The key with exactly this serial, as its record or its certificate spells it, if it is valid at `now` (epoch ms). */
  find(serial: string, now: number): PlatformKey | undefined
  /** The id to send as `Wechatpay-Serial`, so that answers are signed by the public key of this kind; undefined in certificate mode. */
  preferredSerial(kind: KeyKind): string | undefined
  readonly keys: readonly PlatformKey[]
}

/**
 * Builds a ring.
 *
 * @throws KeyError naming the serial when a record cannot be used: unreadable, weak key, or a certificate whose own
 *   serial differs from the record's.
 */
export function createKeyRing(records: readonly PlatformKeyRecord[]): KeyRing {
  const keys = [
    ...new Map(records.map((record) => [normalSerial(record.serial), toPlatformKey(record)])).values(),
  ]
  // Whatever spelling WeChat gave the serial in its list, its headers may have the certificate's own.
  const bySerial = new Map(
    keys.flatMap((key) => [key.serial, normalSerial(key.serial)].map((serial) => [serial, key])),
  )
  const preferred = new Map(
    keys.filter(({ kind }) => kind === 'public_key').map((key) => [kindOf(key.publicKey), key.serial]),
  )
  return {
    find(serial, now) {
      const key = bySerial.get(serial)
      return key !== undefined && key.notBefore <= now && now < key.notAfter ? key : undefined
    },
    preferredSerial: (kind) => preferred.get(kind),
    keys,
  }
}

function toPlatformKey({ serial, kind, pem }: PlatformKeyRecord): PlatformKey {
  try {
    if (kind === 'public_key') {
      return { serial, kind, publicKey: loadPublicKey(pem), notBefore: 0, notAfter: Number.POSITIVE_INFINITY }
    }
    const { serial: own, publicKey, notBefore, notAfter } = loadCertificate(pem)
    if (!sameSerial(own, serial)) throw new KeyError(`the certificate's own serial is ${own}`)
    return { serial, kind, publicKey, notBefore, notAfter }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : 'unreadable'
    throw new KeyError(`platform key ${serial}: ${reason}`, { cause })
  }
}
