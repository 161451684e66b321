/**
 * One file out of a ZIP archive (APPNOTE 6.3.10), as its bytes come: what is kept is one chunk. The archive is read from its front,
 * for its directory stands at the end; a file may say its length behind itself, as writers of streams do.
 */
import { crc32, createInflateRaw } from 'node:zlib'
import type { InflateRaw } from 'node:zlib'
import { BillError } from '#shared/bills/bill-error.ts'
import { createByteSource } from './byte-source.ts'
import type { ByteSource } from './byte-source.ts'

const LOCAL_HEADER = 0x04034b50
const DESCRIPTOR = 0x08074b50
const HEADER_BYTES = 30
const DEFLATED = 8
/** Bits of the flags: encrypted, and told behind the file. */
const ENCRYPTED = 1
const TOLD_BEHIND = 8
const MAX_FILES = 16
/** So much is inflated at a time: a thousandfold of it is the most that can come of it. */
const STEP_BYTES = 4096

export interface Wanted {
  /** By its name, as its bytes. */
  readonly isWanted: (name: Buffer) => boolean
  /** Of all files together, inflated. */
  readonly maxBytes: number
}

interface FileHeader {
  readonly name: Buffer
  /** Undefined where it is told behind the file. */
  readonly length: { readonly crc: number; readonly packed: number; readonly plain: number } | undefined
}

/** @throws BillError `not_readable` or `too_large`; what came before is only good when this ends without one. */
export async function* archivedFile(
  chunks: AsyncIterable<Uint8Array>,
  { isWanted, maxBytes }: Wanted,
): AsyncGenerator<Uint8Array, void> {
  const source = createByteSource(chunks)
  let total = 0
  for (let file = 0; file < MAX_FILES; file += 1) {
    const header = await headerOf(source)
    const wanted = isWanted(header.name)
    for await (const chunk of plainBytes(source, header)) {
      total += chunk.length
      if (total > maxBytes) throw new BillError('too_large')
      if (wanted) yield chunk
    }
    if (wanted) return
  }
  throw new BillError('not_readable')
}

async function headerOf(source: ByteSource): Promise<FileHeader> {
  const head = await source.take(HEADER_BYTES)
  const flags = head.readUInt16LE(6)
  const isFile = head.readUInt32LE(0) === LOCAL_HEADER && head.readUInt16LE(8) === DEFLATED
  // What begins the directory is no file: the one that is wanted was not there.
  if (!isFile || (flags & ENCRYPTED) !== 0) throw new BillError('not_readable')
  const name = await source.take(head.readUInt16LE(26))
  await source.take(head.readUInt16LE(28))
  const length = {
    crc: head.readUInt32LE(14),
    packed: head.readUInt32LE(18),
    plain: head.readUInt32LE(22),
  }
  return { name, length: (flags & TOLD_BEHIND) === 0 ? length : undefined }
}

async function* plainBytes(source: ByteSource, { length }: FileHeader): AsyncGenerator<Buffer, void> {
  const inflater = createInflater()
  let [crc, plain, packed] = [0, 0, 0]
  try {
    while (!inflater.isOver()) {
      const part = await source.some(STEP_BYTES)
      if (part === undefined) throw new BillError('not_readable')
      for (const chunk of await inflater.inflate(part)) {
        crc = crc32(chunk, crc)
        plain += chunk.length
        yield chunk
      }
      packed += part.length
      if (inflater.isOver()) {
        const surplus = packed - inflater.consumed()
        packed -= surplus
        source.putBack(part.subarray(part.length - surplus))
      }
    }
  } finally {
    inflater.close()
  }
  const told = length ?? (await lengthBehind(source))
  if (told.crc !== crc || told.plain !== plain || told.packed !== packed) throw new BillError('not_readable')
}

/** Its signature may be left out. */
async function lengthBehind(source: ByteSource) {
  const first = await source.take(4)
  const bytes = await source.take(first.readUInt32LE(0) === DESCRIPTOR ? 12 : 8)
  const told = bytes.length === 12 ? bytes : Buffer.concat([first, bytes])
  return { crc: told.readUInt32LE(0), packed: told.readUInt32LE(4), plain: told.readUInt32LE(8) }
}

interface Inflater {
  /** What comes of these bytes. @throws BillError `not_readable` */
  inflate(bytes: Buffer): Promise<readonly Buffer[]>
  /** Whether the stream has come to its own end. */
  isOver(): boolean
  /** How many bytes belonged to it. */
  consumed(): number
  close(): void
}

function createInflater(): Inflater {
  const stream = createInflateRaw()
  const ready: Buffer[] = []
  let over = false
  stream.on('data', (chunk: Buffer) => ready.push(chunk))
  stream.on('end', () => {
    over = true
  })
  return {
    async inflate(bytes) {
      await written(stream, bytes)
      return ready.splice(0)
    },
    isOver: () => over,
    consumed: () => stream.bytesWritten,
    close: () => void stream.destroy(),
  }
}

/** Node does not call back for a write that has bytes behind the end: then the end itself is the answer. */
function written(stream: InflateRaw, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (finish: () => void) => {
      stream.off('end', ended).off('error', failed)
      finish()
    }
    const ended = () => settle(resolve)
    const failed = (cause: unknown) => settle(() => reject(new BillError('not_readable', { cause })))
    stream.once('end', ended).once('error', failed)
    stream.write(bytes, (error) => (error instanceof Error ? failed(error) : settle(resolve)))
  })
}
