/**
 * XML of WeChat Pay APIv2: one root with fields of text, and nothing else. The parser checks that it is well-formed; what XML
 * can do beyond that (document types, entities, instructions, attributes, nesting) is refused, so that there is nothing to
 * expand, to fetch or to overrun.
 */
import { SaxesParser } from 'saxes'

/** A real one has about 1 KB. */
export const MAX_XML_BYTES = 16 * 1024
const MAX_FIELDS = 64
const NAME = /^[A-Za-z][A-Za-z0-9_]{0,63}$/
const CDATA = /<!\[CDATA\[[^]*?\]\]>/g
const DECLARATION = /^<\?xml version="1\.0"(?: encoding="(?:UTF|utf)-8")?\s*\?>/

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

export type Fields = ReadonlyMap<string, string>

/** Reads the fields below a root of this name. @returns undefined for anything else. Never throws on input. */
export function readFlatXml(bytes: Uint8Array, root: string): Fields | undefined {
  if (bytes.length > MAX_XML_BYTES) return undefined
  try {
    const text = UTF8.decode(bytes).replace(DECLARATION, '')
    return isPlain(text) ? parsed(text, root) : undefined
  } catch {
    return undefined
  }
}

/** From `<` on, and outside of CDATA no `<!`, no `<?` and no reference of any kind. */
function isPlain(text: string): boolean {
  return /^[ \t\r\n]*</.test(text) && !/<[!?]|&/.test(text.replaceAll(CDATA, ''))
}

/** @throws Error as soon as something is not as it has to be. */
function parsed(text: string, root: string): Fields {
  const fields = new Map<string, string>()
  const open: string[] = []
  let value = ''
  const parser = new SaxesParser({})
  const add = (more: string) => {
    if (open.length === 2) value += more
    else if (more.trim() !== '') throw new Error('text between the fields')
  }
  parser.on('error', (error) => {
    throw error
  })
  parser.on('text', add)
  parser.on('cdata', add)
  parser.on('opentag', ({ name, attributes }) => {
    const fits = open.length === 0 ? name === root : open.length === 1 && NAME.test(name) && !fields.has(name)
    if (!fits || Object.keys(attributes).length > 0 || fields.size >= MAX_FIELDS)
      throw new Error('not a field')
    open.push(name)
    value = ''
  })
  parser.on('closetag', ({ name }) => {
    if (open.pop() === name && open.length === 1) fields.set(name, value.trim())
  })
  parser.write(text).close()
  return fields
}
