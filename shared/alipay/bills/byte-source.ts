/** Bytes that come in chunks of any size, taken by the number that is needed. */
import { BillError } from '#shared/bills/bill-error.ts'

export interface ByteSource {
  /** Exactly so many. @throws BillError `not_readable` when they end before */
  take(count: number): Promise<Buffer>
  /** Some of them, at most so many and at least one; undefined at the end. */
  some(most: number): Promise<Buffer | undefined>
  /** Puts in front what was taken too much. */
  putBack(bytes: Buffer): void
}

export function createByteSource(chunks: AsyncIterable<Uint8Array>): ByteSource {
  const iterator = chunks[Symbol.asyncIterator]()
  let ahead: Buffer = Buffer.alloc(0)

  async function fill(): Promise<boolean> {
    while (ahead.length === 0) {
      const next = await iterator.next()
      if (next.done === true) return false
      ahead = Buffer.from(next.value.buffer, next.value.byteOffset, next.value.byteLength)
    }
    return true
  }

  async function some(most: number): Promise<Buffer | undefined> {
    if (!(await fill())) return undefined
    const taken = ahead.subarray(0, most)
    ahead = ahead.subarray(taken.length)
    return taken
  }

  return {
    some,
    async take(count) {
      const parts: Buffer[] = []
      for (let missing = count; missing > 0;) {
        const part = await some(missing)
        if (part === undefined) throw new BillError('not_readable')
        parts.push(part)
        missing -= part.length
      }
      return Buffer.concat(parts)
    },
    putBack(bytes) {
      ahead = ahead.length === 0 ? bytes : Buffer.concat([bytes, ahead])
    },
  }
}
