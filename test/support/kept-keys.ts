/**
 * Loaded by every worker before its tests. Making RSA keys was the dearest thing that tests did: 560 of them, 44 ms each. A worker
 * makes as many as any test needs at once and then hands out the same again. Other kinds and sizes are made as they are asked for.
 */
import crypto from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'

const KEPT = 24
const USUAL = { modulusLength: 2048, publicExponent: 65_537 }

interface Pair {
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
}

const { generateKeyPairSync, generateKeyPair } = crypto
const kept: Pair[] = []
let asked = 0

function next(): Pair {
  const turn = asked++ % KEPT
  return (kept[turn] ??= generateKeyPairSync('rsa', USUAL))
}

interface Options {
  readonly modulusLength?: number
  readonly publicExponent?: number
  readonly publicKeyEncoding?: crypto.KeyExportOptions<'pem'>
  readonly privateKeyEncoding?: crypto.KeyExportOptions<'pem'>
}

function isUsual(kind: string, { modulusLength, publicExponent = USUAL.publicExponent }: Options): boolean {
  return kind === 'rsa' && modulusLength === USUAL.modulusLength && publicExponent === USUAL.publicExponent
}

function handedOut({ publicKeyEncoding, privateKeyEncoding }: Options) {
  const { publicKey, privateKey } = next()
  return {
    publicKey: publicKeyEncoding === undefined ? publicKey : publicKey.export(publicKeyEncoding),
    privateKey: privateKeyEncoding === undefined ? privateKey : privateKey.export(privateKeyEncoding),
  }
}

type Done = (error: Error | null, publicKey: unknown, privateKey: unknown) => void

const sync = (kind: string, options: Options = {}) =>
  isUsual(kind, options) ? handedOut(options) : generateKeyPairSync(kind as 'rsa', options as never)

function later(kind: string, options: Options, done: Done): void {
  if (!isUsual(kind, options)) return generateKeyPair(kind as 'rsa', options as never, done)
  const { publicKey, privateKey } = handedOut(options)
  process.nextTick(done, null, publicKey, privateKey)
}

// What `promisify` needs to know about the callback.
Object.defineProperties(later, Object.getOwnPropertyDescriptors(generateKeyPair))
Object.assign(crypto, { generateKeyPairSync: sync, generateKeyPair: later })
syncBuiltinESMExports()
