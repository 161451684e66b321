/** The four forms of DER (X.690) that SM2 comes in, read to the letter: one way to write each, and not a byte more. */

/** The order of the curve (GB/T 32918.5). */
const ORDER = BigInt('0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123')
const NUMBER_BYTES = 32
const [INTEGER, OCTETS, SEQUENCE] = [0x02, 0x04, 0x30]

/** SPKI of an uncompressed point of sm2p256v1: the same bytes in front of every one. */
const SPKI_HEAD = Buffer.from('3059301306072a8648ce3d020106082a811ccf5501822d034200', 'hex')
const SPKI_BYTES = SPKI_HEAD.length + 1 + 2 * NUMBER_BYTES
/** Of PKCS#8: version and algorithm, and within its octets version and the head of the number. */
const PKCS8_ALGORITHM = Buffer.from('020100301306072a8648ce3d020106082a811ccf5501822d', 'hex')
const PKCS8_NUMBER = Buffer.from('0201010420', 'hex')

/** @returns the point in hex, `04` in front. @throws RangeError */
export function readPublicKey(spki: Buffer, what: string): string {
  const point = spki.subarray(SPKI_HEAD.length)
  if (spki.length !== SPKI_BYTES || !spki.subarray(0, SPKI_HEAD.length).equals(SPKI_HEAD) || point[0] !== 4)
    throw new RangeError(`the ${what} must be RSA, or SM2 with an uncompressed point`)
  return point.toString('hex')
}

/** @returns the number in hex. @throws RangeError */
export function readPrivateKey(pkcs8: Buffer, what: string): string {
  const outer = read(pkcs8, SEQUENCE)
  const body = outer?.rest.length === 0 ? outer.value : Buffer.alloc(0)
  const octets = read(body.subarray(PKCS8_ALGORITHM.length), OCTETS)
  const inner = octets === undefined ? undefined : read(octets.value, SEQUENCE)?.value
  const isSm2 = body.subarray(0, PKCS8_ALGORITHM.length).equals(PKCS8_ALGORITHM)
  if (!isSm2 || inner === undefined || !inner.subarray(0, PKCS8_NUMBER.length).equals(PKCS8_NUMBER))
    throw new RangeError(`the ${what} must be RSA, or SM2 in PKCS#8`)
  const number = inner.subarray(PKCS8_NUMBER.length, PKCS8_NUMBER.length + NUMBER_BYTES)
  // The largest is the order less two: with one more, signing would divide by zero.
  if (number.length !== NUMBER_BYTES || !isWithin(number, ORDER - 2n))
    throw new RangeError(`the ${what} has a number that no SM2 key has`)
  return number.toString('hex')
}

/** @returns the same signature in hex, or undefined unless it is two numbers from 1 to below the order, and nothing else. */
export function readSignature(der: Buffer): string | undefined {
  const numbers = sequence(der, [INTEGER, INTEGER])
  const isRight = numbers?.every((bytes) => isPositive(bytes) && isWithin(bytes, ORDER - 1n)) === true
  return isRight ? der.toString('hex') : undefined
}

/** @returns the same ciphertext in hex, or undefined unless it is a point, a digest and at least a byte of text. */
export function readCiphertext(der: Buffer): string | undefined {
  const parts = sequence(der, [INTEGER, INTEGER, OCTETS, OCTETS])
  if (parts === undefined) return undefined
  const [x, y, digest, text] = parts
  const isPoint = [x, y].every(
    (part) => part !== undefined && isPositive(part) && part.length <= NUMBER_BYTES + 1,
  )
  return isPoint && digest?.length === NUMBER_BYTES && text?.length !== 0 ? der.toString('hex') : undefined
}

/** The values of a sequence of just these, to its last byte. */
function sequence(der: Buffer, tags: readonly number[]): readonly Buffer[] | undefined {
  const outer = read(der, SEQUENCE)
  if (outer === undefined || outer.rest.length > 0) return undefined
  const values: Buffer[] = []
  let { value: rest } = outer
  for (const tag of tags) {
    const part = read(rest, tag)
    if (part === undefined) return undefined
    values.push(part.value)
    rest = part.rest
  }
  return rest.length === 0 ? values : undefined
}

/** One value, its length written in the shortest way. */
function read(from: Buffer, tag: number): { readonly value: Buffer; readonly rest: Buffer } | undefined {
  const [found, first = 0x80] = from
  const extra = first < 0x80 ? 0 : first - 0x80
  // More than two bytes of length is more than any field has.
  if (found !== tag || first === 0x80 || extra > 2 || from.length < 2 + extra) return undefined
  const length = extra === 0 ? first : from.readUIntBE(2, extra)
  if (extra > 0 && length < (extra === 1 ? 0x80 : 0x100)) return undefined
  const start = 2 + extra
  if (from.length < start + length) return undefined
  return { value: from.subarray(start, start + length), rest: from.subarray(start + length) }
}

/** Above zero, without a needless zero byte in front. */
function isPositive(bytes: Buffer): boolean {
  const [first = 0x80, second = 0] = bytes
  return first < 0x80 && (first > 0 || second >= 0x80)
}

function isWithin(bytes: Buffer, largest: bigint): boolean {
  const value = BigInt(`0x${bytes.toString('hex')}`)
  return value >= 1n && value <= largest
}
