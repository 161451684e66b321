/**
 * RSA keys, at 44 ms each the dearest thing that tests made: the simulator takes several for each of its starts, and tests took 200 of
 * their own. A worker makes one only where no other worker has: files of two workers never meet.
 *
 * Those of the simulator are handed out again in a worker, though never twice to tests or simulators that could meet: `kept-keys.ts`
 * says what ended. A test's own are not, for what several files import keeps some of them.
 */
import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import { keepPems, type Pems, takePems } from './kept-pems.ts'

const { generateKeyPair, generateKeyPairSync } = crypto
const pool: { readonly publicKey: crypto.KeyObject; readonly privateKey: crypto.KeyObject }[] = []
let handedOut = 0

/** How many of the simulator's are in use, and back to how many were. */
export const inUse = {
  count: () => handedOut,
  backTo(count: number): void {
    handedOut = count
  },
}

/** What makes a key that anybody may have: 2048 bits, the usual exponent, as PEM. */
const COMMON = { modulusLength: 2048, publicExponent: 65_537 } as const
const SPKI = { type: 'spki', format: 'pem' } as const
const PKCS8 = { type: 'pkcs8', format: 'pem' } as const

type Done = (error: Error | null, publicKey?: crypto.KeyObject, privateKey?: crypto.KeyObject) => void

/** Of Node's own only the form that the simulator calls; every other call gets a key of its own. */
function takeKeyPair(kind: string, options: object, done: Done): void {
  if (kind !== 'rsa' || JSON.stringify(options) !== '{"modulusLength":2048}')
    return generateKeyPair(kind as 'rsa', options as never, done)
  const turn = handedOut++
  const kept = pool[turn]
  if (kept !== undefined) return process.nextTick(done, null, kept.publicKey, kept.privateKey)
  const give = (pems: Pems): void => {
    const pair = {
      publicKey: crypto.createPublicKey(pems.publicKey),
      privateKey: crypto.createPrivateKey(pems.privateKey),
    }
    pool[turn] = pair
    done(null, pair.publicKey, pair.privateKey)
  }
  const found = takePems()
  if (found !== undefined) return process.nextTick(give, found)
  generateKeyPair(
    'rsa',
    { ...COMMON, publicKeyEncoding: SPKI, privateKeyEncoding: PKCS8 },
    (error, publicKey, privateKey) =>
      error === null ? give(keepPems({ publicKey, privateKey })) : done(error),
  )
}

/** Only the form that tests call. */
function takeKeyPairSync(kind: string, options: object): unknown {
  const common = { ...COMMON, publicKeyEncoding: SPKI, privateKeyEncoding: PKCS8 }
  if (kind !== 'rsa' || JSON.stringify(options) !== JSON.stringify(common))
    return generateKeyPairSync(kind as 'rsa', options as never)
  const made = () =>
    generateKeyPairSync('rsa', { ...COMMON, publicKeyEncoding: SPKI, privateKeyEncoding: PKCS8 })
  return takePems() ?? keepPems(made())
}

// What `promisify` needs to know about the callback.
Object.defineProperties(takeKeyPair, Object.getOwnPropertyDescriptors(generateKeyPair))
Object.assign(crypto, { generateKeyPair: takeKeyPair, generateKeyPairSync: takeKeyPairSync })
syncBuiltinESMExports()
