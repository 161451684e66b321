/** The keys that fields for WeChat can be sealed with, the one to try first: the public key where there is one, else the newest certificate. */
import type { KeyRing, PlatformKey } from './key-ring.ts'

/** @param now epoch ms. */
export function sealingKeys({ keys, preferredSerial }: KeyRing, now: number): readonly PlatformKey[] {
  const rank = ({ serial }: PlatformKey) => (serial === preferredSerial ? 0 : 1)
  return keys
    .filter(({ notBefore, notAfter }) => notBefore <= now && now < notAfter)
    .toSorted((a, b) => rank(a) - rank(b) || b.notBefore - a.notBefore)
}
