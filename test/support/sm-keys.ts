/** SM2 keys and certificates for tests, made once a file: the arithmetic is JavaScript and takes its time. */
import { generateKeyPairSync } from 'node:crypto'
import { loadPrivateKey } from '#shared/crypto/keys.ts'
import type { PrivateKey } from '#shared/crypto/keys.ts'
import type { PlatformKeyRecord } from '#shared/wechat/trust/key-ring.ts'
import { createSm2Authority } from '#simulator/sm2-certificates.ts'

export interface Sm2Pair {
  readonly privatePem: string
  readonly publicPem: string
}

/** A pair on a curve, that of SM2 unless another is named. */
export function makeEcPair(namedCurve = 'SM2'): Sm2Pair {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve })
  return {
    privatePem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  }
}

export interface Sm2PlatformKey {
  readonly serial: string
  readonly privateKey: PrivateKey
  readonly privatePem: string
  readonly record: PlatformKeyRecord
}

/** A platform certificate of SM2, valid for five years around `now`. */
export async function makeSm2Certificate(
  now: number,
  commonName = 'Tenpay.com sign',
  organisation = 'Tenpay.com',
): Promise<Sm2PlatformKey> {
  const issued = await (await createSm2Authority()).issue(commonName, now, organisation)
  return {
    serial: issued.serial,
    privateKey: loadPrivateKey(issued.privateKeyPem),
    privatePem: issued.privateKeyPem,
    record: { serial: issued.serial, kind: 'certificate', pem: issued.certificatePem },
  }
}

/** The same bytes with one bit the other way. */
export function flipped(bytes: Buffer, bit: number): Buffer {
  const copy = Buffer.from(bytes)
  copy[bit >> 3]! ^= 1 << (bit & 7)
  return copy
}
