/** Lines of a bill, in strict UTF-8, as its bytes come in: what is kept is one chunk and the beginning of a line. */
import { BillError } from './bill-error.ts'

const LINE_END = 0x0a
/** A row has a few hundred bytes. */
const MAX_LINE_BYTES = 64 * 1024

/** Lines in batches, without their ends (`\n` or `\r\n`) and without the byte order mark. @throws BillError `not_readable` */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<readonly string[], void> {
  let begun: Uint8Array = new Uint8Array()
  let first = true
  const read = (bytes: Uint8Array): readonly string[] => {
    const text = decoded(bytes)
    const lines = (first ? text.replace(/^\uFEFF/, '') : text).split('\n')
    first = false
    return lines.map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line))
  }
  for await (const chunk of chunks) {
    const bytes = begun.length === 0 ? chunk : Buffer.concat([begun, chunk])
    const end = bytes.lastIndexOf(LINE_END)
    begun = bytes.subarray(end + 1)
    if (begun.length > MAX_LINE_BYTES) throw new BillError('not_readable')
    if (end >= 0) yield read(bytes.subarray(0, end))
  }
  if (begun.length > 0) yield read(begun)
}

function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (cause) {
    throw new BillError('not_readable', { cause })
  }
}
