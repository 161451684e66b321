/** JSON in strict UTF-8, as it comes over the wire. */
import { isUtf8 } from 'node:buffer'
import type { Received } from './received.ts'

/** Decodes what is JSON in UTF-8, else undefined (a byte order mark counts as not). Never throws on input. */
export function decodeJson(received: Received): { readonly json: unknown } | undefined {
  if (typeof received !== 'string' && !isUtf8(received)) return undefined
  try {
    return { json: JSON.parse(typeof received === 'string' ? received : utf8Text(received)) }
  } catch {
    return undefined
  }
}

/** A TextDecoder that refuses takes twice as long. Like it, this leaves a byte order mark for the parser to refuse. */
function utf8Text(bytes: Uint8Array): string {
  const buffer = Buffer.isBuffer(bytes)
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return buffer.toString('utf8')
}

/** An object, and no list: whatever its fields hold. */
export function isObject(json: unknown): json is Readonly<Record<string, unknown>> {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
}
