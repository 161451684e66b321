/**
 * Loads SM2, SM3 and SM4 where a key asks for them. Merchants with RSA keys, nearly all, have none of it in memory: the engine is a
 * file of its own, which is read when a text with an SM2 key in it is.
 */
import type { KeyObject } from 'node:crypto'
import type * as Sm from '#shared/crypto/sm/engine.ts'
import { KeyError } from '#shared/crypto/rsa.ts'

export type { Sm2PrivateKey, Sm2PublicKey } from '#shared/crypto/sm/engine.ts'

type Engine = typeof Sm

let engine: Engine | undefined

/** Loads the engine; once it is there, what follows needs no waiting. */
export async function loadSm(): Promise<Engine> {
  engine ??= await import('#shared/crypto/sm/engine.ts')
  return engine
}

/** Loads the engine if an SM2 key or certificate is in it: PEM in a text, escaped in JSON or not, or bytes of DER. */
export async function loadSmFor(found: string | Buffer): Promise<void> {
  if (typeof found === 'string' ? hasSm2(found) : found.includes(SM2_CURVE)) await loadSm()
}

/** The engine, if something asked for it. */
export const loadedSm = (): Engine | undefined => engine

/** The engine, for a key that needs it. @throws KeyError when nobody has loaded it */
export function sm(): Engine {
  if (engine === undefined) throw new KeyError('it is of SM2, which is not loaded')
  return engine
}

/** The object identifier of the curve sm2p256v1, 1.2.156.10197.1.301, as DER has it. */
const SM2_CURVE = Buffer.from('06082a811ccf5501822d', 'hex')
const PEM = /-----BEGIN [A-Z0-9 ]+-----([^-]*)-----END/g

function hasSm2(text: string): boolean {
  // PEM within JSON has its line ends escaped, maybe twice.
  return [...text.matchAll(PEM)].some(([, body = '']) =>
    Buffer.from(body.replaceAll(/\\+[rn]/g, ''), 'base64').includes(SM2_CURVE),
  )
}

/** Whether Node knows the key and cannot use it: so it is with SM2, whose kind it does not name. */
export function isNodesSm2(key: KeyObject): boolean {
  return (
    key.asymmetricKeyType === undefined ||
    (key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'SM2')
  )
}
