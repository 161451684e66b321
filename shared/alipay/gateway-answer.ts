/**
 * The answer of Alipay's gateway: `{"alipay_trade_query_response":{…},"alipay_cert_sn":"…","sign":"…"}`. What is signed is the
 * text of the inner object, byte for byte as received, so it has to be found before anything is parsed.
 *
 * To search for the name, as SDKs do, finds it in a value as well. Here the document is walked from its first byte: only a member
 * of the outermost object is one.
 */

/** A member of the outermost object, as its raw bytes. */
type Members = ReadonlyMap<string, Buffer>

export interface GatewayAnswer {
  /** The bytes that are signed. */
  readonly content: Buffer
  /** Base64; an answer to a call that the gateway did not take has none. */
  readonly sign?: string
  readonly alipay_cert_sn?: string
}

/** @returns undefined for what is no answer to this method. Never throws on input. */
export function readGatewayAnswer(body: Buffer, method: string): GatewayAnswer | undefined {
  const members = outerMembers(body)
  const [content, other] = [`${method.replaceAll('.', '_')}_response`, 'error_response'].flatMap(
    (name) => members?.get(name) ?? [],
  )
  // With both of them nobody could tell which one is signed.
  if (members === undefined || content === undefined || other !== undefined) return undefined
  const sign = plainText(members.get('sign'))
  const alipay_cert_sn = plainText(members.get('alipay_cert_sn'))
  return {
    content,
    ...(sign === undefined ? {} : { sign }),
    ...(alipay_cert_sn === undefined ? {} : { alipay_cert_sn }),
  }
}

const PLAIN = /^"([\x20\x21\x23-\x5b\x5d-\x7e]*)"$/

/** Base64 and hex digits need no escapes, but for `\/`, which some writers of JSON make of each slash. */
function plainText(raw: Buffer | undefined): string | undefined {
  return PLAIN.exec(raw?.toString('latin1').replaceAll(String.raw`\/`, '/') ?? '')?.[1]
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d
const OPEN_LIST = 0x5b
const CLOSE_LIST = 0x5d
const COLON = 0x3a
const COMMA = 0x2c
const MAX_DEPTH = 32

/** @returns undefined unless the bytes are one object whose members have distinct names of letters, digits and `_`. */
function outerMembers(body: Buffer): Members | undefined {
  const members = new Map<string, Buffer>()
  let at = skipBlanks(body, 0)
  if (body[at] !== OPEN_OBJECT) return undefined
  for (;;) {
    const nameAt = skipBlanks(body, at + 1)
    const nameEnd = endOfString(body, nameAt)
    const name = /^"(\w{1,128})"$/.exec(body.toString('latin1', nameAt, nameEnd))?.[1]
    const colonAt = skipBlanks(body, nameEnd)
    if (name === undefined || members.has(name) || body[colonAt] !== COLON) return undefined
    const valueAt = skipBlanks(body, colonAt + 1)
    const valueEnd = endOfValue(body, valueAt)
    if (valueEnd < 0) return undefined
    members.set(name, body.subarray(valueAt, valueEnd))
    at = skipBlanks(body, valueEnd)
    if (body[at] === CLOSE_OBJECT) return skipBlanks(body, at + 1) === body.length ? members : undefined
    if (body[at] !== COMMA) return undefined
  }
}

function skipBlanks(body: Buffer, from: number): number {
  let at = from
  while (isBlank(body[at])) at += 1
  return at
}

const isBlank = (byte: number | undefined) => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09

/** @returns where the text that begins here is over, -1 where none begins or ends. */
function endOfString(body: Buffer, from: number): number {
  if (body[from] !== QUOTE) return -1
  for (let at = from + 1; at < body.length; at += 1) {
    const byte = body[at]
    if (byte === QUOTE) return at + 1
    if (byte === BACKSLASH) at += 1
  }
  return -1
}

/** Only of texts and of what is in brackets: no member that is read is a number or a word. */
function endOfValue(body: Buffer, from: number): number {
  if (body[from] === QUOTE) return endOfString(body, from)
  if (body[from] !== OPEN_OBJECT && body[from] !== OPEN_LIST) return -1
  const open: number[] = []
  for (let at = from; at >= 0 && at < body.length; at += 1) {
    const byte = body[at]
    if (byte === QUOTE) at = endOfString(body, at) - 1
    else if (byte === OPEN_OBJECT || byte === OPEN_LIST) open.push(byte)
    else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) {
      // The closing bracket of each kind stands two places behind the one that opens.
      if (open.pop() !== byte - 2) return -1
      if (open.length === 0) return at + 1
    }
    if (open.length > MAX_DEPTH || at < 0) return -1
  }
  return -1
}
