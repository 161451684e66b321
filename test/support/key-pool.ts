/**
 * RSA keys of the simulator, which makes several for each of its starts: 470 of them were the dearest thing that tests did, at 44 ms
 * each. They are handed out again, though never twice to tests or simulators that could meet: `kept-keys.ts` says what ended.
 */
import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'

const { generateKeyPair } = crypto
const pool: { readonly publicKey: crypto.KeyObject; readonly privateKey: crypto.KeyObject }[] = []
let handedOut = 0

/** How many are in use, and back to how many were. */
export const inUse = {
  count: () => handedOut,
  backTo(count: number): void {
    handedOut = count
  },
}

type Done = (error: Error | null, publicKey?: crypto.KeyObject, privateKey?: crypto.KeyObject) => void

/** Of Node's own only the form that the simulator calls; every other call gets a key of its own. */
function takeKeyPair(kind: string, options: object, done: Done): void {
  if (kind !== 'rsa' || JSON.stringify(options) !== '{"modulusLength":2048}')
    return generateKeyPair(kind as 'rsa', options as never, done)
  const turn = handedOut++
  const kept = pool[turn]
  if (kept !== undefined) return process.nextTick(done, null, kept.publicKey, kept.privateKey)
  generateKeyPair('rsa', { modulusLength: 2048 }, (error, publicKey, privateKey) => {
    if (error === null) pool[turn] = { publicKey, privateKey }
    done(error, publicKey, privateKey)
  })
}

// What `promisify` needs to know about the callback.
Object.defineProperties(takeKeyPair, Object.getOwnPropertyDescriptors(generateKeyPair))
Object.assign(crypto, { generateKeyPair: takeKeyPair })
syncBuiltinESMExports()
