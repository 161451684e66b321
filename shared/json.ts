/** JSON in strict UTF-8, as it comes over the wire. */
import { isUtf8 } from 'node:buffer'

/** Decodes bytes; undefined when they are not JSON in UTF-8 (a byte order mark counts as not). Never throws on input. */
export function decodeJson(bytes: Uint8Array): { readonly json: unknown } | undefined {
  if (!isUtf8(bytes)) return undefined
  try {
    // A TextDecoder that refuses takes twice as long. Like it, this leaves a byte order mark for the parser to refuse.
    return {
      json: JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')),
    }
  } catch {
    return undefined
  }
}

/** An object, and no list: whatever its fields hold. */
export function isObject(json: unknown): json is Readonly<Record<string, unknown>> {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
}
