/** The keys that fields for WeChat can be sealed with, the one to try first: the public key where there is one, else the newest certificate. */
import { kindOf } from '#shared/crypto/keys.ts'
import type { KeyKind } from '#shared/crypto/keys.ts'
import type { KeyRing, PlatformKey } from './key-ring.ts'

/**
 * Only keys of the kind that signs the call: WeChat takes one kind at a time.
 *
 * @param now epoch ms.
 */
export function sealingKeys(ring: KeyRing, kind: KeyKind, now: number): readonly PlatformKey[] {
  const first = ring.preferredSerial(kind)
  const rank = ({ serial }: PlatformKey) => (serial === first ? 0 : 1)
  return ring.keys
    .filter((key) => kindOf(key.publicKey) === kind && key.notBefore <= now && now < key.notAfter)
    .toSorted((a, b) => rank(a) - rank(b) || b.notBefore - a.notBefore)
}
