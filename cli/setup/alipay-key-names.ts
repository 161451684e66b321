/** How keys of Alipay are called: by what anybody may see of them. */
import { createHash, createPublicKey } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { createAlipayKeyRing } from '#shared/alipay/key-ring.ts'
import type { AlipayKeyRecord } from '#shared/alipay/key-ring.ts'

const DIGITS = 16

/** As in `RSA 2048 (SHA-256 0123456789abcdef)`: the same of a key and its public half. */
export function keyName(key: KeyObject): string {
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0
  const digest = createHash('sha256').update(spkiOf(key)).digest('hex')
  return `RSA ${bits} (SHA-256 ${digest.slice(0, DIGITS)})`
}

/** As Alipay's console takes and shows public keys: Base64 on one line, without PEM around it. */
export function bareBase64(key: KeyObject): string {
  return spkiOf(key).toString('base64')
}

function spkiOf(key: KeyObject): Buffer {
  const half = key.type === 'private' ? createPublicKey(key) : key
  return half.export({ type: 'spki', format: 'der' })
}

/** @throws KeyError for one that cannot be used. */
export function recordName(record: AlipayKeyRecord): string {
  const [key] = createAlipayKeyRing([record]).keys
  if (key === undefined) return record.kind
  return key.sn === undefined ? `public key ${keyName(key.publicKey)}` : `certificate ${key.sn}`
}
