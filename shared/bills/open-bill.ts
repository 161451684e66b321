/** The bytes of a bill as they come from WeChat: decompressed, counted and compared with the hash, without keeping them. */
import { createHash, timingSafeEqual } from 'node:crypto'
import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { BillError } from './bill-error.ts'

const CHUNK_BYTES = 64 * 1024

export interface Announced {
  /** Hex of the SHA-1 over the bill without its compression. */
  readonly sha1: string
  /** Of the bytes that come and of those that go on; a day of a million rows has 400 MB. */
  readonly maxBytes: number
}

/**
 * The plain bytes of a bill, compressed or not. The last chunk comes before the hash is known: what is read is only good when
 * this ends without an error.
 *
 * @throws BillError `too_large`, `not_readable`, `hash_differs`
 */
export async function* openBill(
  chunks: AsyncIterable<Uint8Array>,
  { sha1, maxBytes }: Announced,
): AsyncGenerator<Uint8Array, void> {
  const hash = createHash('sha1')
  for await (const chunk of limited(plain(limited(chunks, maxBytes)), maxBytes)) {
    hash.update(chunk)
    yield chunk
  }
  const expected = Buffer.from(sha1, 'hex')
  const actual = hash.digest()
  if (expected.length !== actual.length || !timingSafeEqual(expected, actual))
    throw new BillError('hash_differs')
}

async function* limited(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number,
): AsyncGenerator<Uint8Array, void> {
  let size = 0
  for await (const chunk of chunks) {
    size += chunk.length
    if (size > maxBytes) throw new BillError('too_large')
    if (chunk.length > 0) yield chunk
  }
}

/** What was asked for as gzip may come without: the first two bytes tell. */
async function* plain(chunks: AsyncGenerator<Uint8Array, void>): AsyncGenerator<Uint8Array, void> {
  const first = await beginning(chunks)
  if (first === undefined) return
  const all = joined(first, chunks)
  if (first[0] === 0x1f && first[1] === 0x8b) yield* unzipped(all)
  else yield* all
}

async function beginning(chunks: AsyncGenerator<Uint8Array, void>): Promise<Uint8Array | undefined> {
  let first: Uint8Array | undefined
  while (first === undefined || first.length < 2) {
    const next = await chunks.next()
    if (next.done === true) return first
    first = first === undefined ? next.value : Buffer.concat([first, next.value])
  }
  return first
}

async function* joined(
  first: Uint8Array,
  rest: AsyncGenerator<Uint8Array, void>,
): AsyncGenerator<Uint8Array, void> {
  yield first
  yield* rest
}

async function* unzipped(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  const source = Readable.from(chunks, { objectMode: false })
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES })
  source.on('error', (error) => gunzip.destroy(error))
  try {
    for await (const chunk of source.pipe(gunzip)) yield chunk
  } catch (cause) {
    throw isOfZlib(cause) ? new BillError('not_readable', { cause }) : cause
  } finally {
    source.destroy()
    gunzip.destroy()
  }
}

/** What went wrong on the way here keeps its own name. */
function isOfZlib(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && String(cause.code).startsWith('Z_')
}
