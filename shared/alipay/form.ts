/**
 * Forms (`application/x-www-form-urlencoded`), strictly: Alipay signs what a form says and not its bytes, so whatever could be
 * read in two ways is no form here.
 */

/** By name, decoded. */
export type FormFields = ReadonlyMap<string, string>

const MAX_FIELDS = 200
/** Visible ASCII: everything else has to be percent-encoded. */
const ENCODED = /^[\x21-\x7e]+$/
const ESCAPE = /%(?![0-9A-Fa-f]{2})/
const NAME = /^[A-Za-z][A-Za-z0-9_]{0,63}$/

/** @returns undefined unless it is a form of distinct fields, each with a name and a value in UTF-8. Never throws on input. */
export function readForm(body: Uint8Array): FormFields | undefined {
  const text = Buffer.from(body).toString('latin1')
  if (!ENCODED.test(text) || ESCAPE.test(text)) return undefined
  const parts = text.split('&')
  if (parts.length > MAX_FIELDS) return undefined
  const fields = new Map<string, string>()
  for (const part of parts) {
    const [name, value] = fieldOf(part)
    if (name === undefined || value === undefined || fields.has(name)) return undefined
    fields.set(name, value)
  }
  return fields
}

function fieldOf(part: string): readonly [name: string | undefined, value: string | undefined] {
  const at = part.indexOf('=')
  const name = at < 0 ? undefined : part.slice(0, at)
  // A name that is encoded, or that has other characters, is none of Alipay's.
  if (name === undefined || !NAME.test(name)) return [undefined, undefined]
  return [name, decoded(part.slice(at + 1))]
}

/** Bytes that are no UTF-8 are nothing, and never the character that stands for them. */
function decoded(value: string): string | undefined {
  try {
    return decodeURIComponent(value.replaceAll('+', ' '))
  } catch {
    return undefined
  }
}

/** The body of a form. */
export function formBody(fields: Readonly<Record<string, string>>): string {
  return new URLSearchParams(fields).toString()
}
