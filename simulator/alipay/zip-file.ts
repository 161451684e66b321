/** A ZIP archive (APPNOTE 6.3) of few files, with names in GBK as Windows writes them and Alipay does. */
import { gzipSync } from 'node:zlib'

export interface ArchivedFile {
  readonly name: Uint8Array
  readonly content: Uint8Array
}

interface Packed extends ArchivedFile {
  readonly packed: Uint8Array
  readonly checksum: Uint8Array
}

const LOCAL = 0x04034b50
const CENTRAL = 0x02014b50
const END = 0x06054b50
const DEFLATED = 8
const VERSION = 20

export function zipFile(files: readonly ArchivedFile[]): Buffer {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const { name, content } of files) {
    // Between a header of ten bytes and the checksum it is what an archive wants: Node.js 20.12 has no other CRC-32.
    const gzip = gzipSync(content)
    const [packed, checksum] = [gzip.subarray(10, -8), gzip.subarray(-8, -4)]
    const about = aboutFile({ name, content, packed, checksum })
    const local = Buffer.concat([word(LOCAL), about, Buffer.from(name), packed])
    directory.push(
      Buffer.concat([word(CENTRAL), half(VERSION), about, Buffer.alloc(10), word(offset), Buffer.from(name)]),
    )
    parts.push(local)
    offset += local.length
  }
  const central = Buffer.concat(directory)
  const end = Buffer.concat([
    word(END),
    Buffer.alloc(4),
    half(files.length),
    half(files.length),
    word(central.length),
    word(offset),
    half(0),
  ])
  return Buffer.concat([...parts, central, end])
}

/** What the header before a file and the one at the end have in common. */
function aboutFile({ name, content, packed, checksum }: Packed): Buffer {
  return Buffer.concat([
    half(VERSION),
    half(0),
    half(DEFLATED),
    // No time of day, and the first day that there is.
    half(0),
    half(0x21),
    checksum,
    word(packed.length),
    word(content.length),
    half(name.length),
    half(0),
  ])
}

function half(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16LE(value)
  return bytes
}

function word(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}
