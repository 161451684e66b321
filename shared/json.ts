/** JSON in strict UTF-8, as it comes over the wire. */

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Decodes bytes; undefined when they are not JSON in UTF-8 (a byte order mark counts as not). Never throws on input. */
export function decodeJson(bytes: Uint8Array): { readonly json: unknown } | undefined {
  try {
    return { json: JSON.parse(UTF8.decode(bytes)) }
  } catch {
    return undefined
  }
}

/** An object, and no list: whatever its fields hold. */
export function isObject(json: unknown): json is Readonly<Record<string, unknown>> {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
}
