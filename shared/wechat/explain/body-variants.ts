/** What commonly happens to a body between WeChat and the code that verifies it; each undone, to see whether the signature fits then. */

export interface Variant {
  /** What was changed compared with what WeChat signed, and why it happens. */
  readonly explanation: string
  readonly bytes: Buffer
}

const BOM = Buffer.from([0xef, 0xbb, 0xbf])

/** All variants that differ from the body. */
export function bodyVariants(body: Buffer): readonly Variant[] {
  const text = body.toString('utf8')
  const made = [...encodingVariants(body, text), ...textVariants(text), ...jsonVariants(text)]
  return made.filter(({ bytes }) => !bytes.equals(body))
}

function textVariants(text: string): readonly Variant[] {
  return [
    variant('the body lost its final newline', `${text}\n`),
    variant('the body lost its final line end (CR LF)', `${text}\r\n`),
    variant(
      'a newline was added at the end of the body (echo, an editor, or a here-document does that)',
      text.replace(/\r?\n$/, ''),
    ),
    variant('blanks around the body were added', text.trim()),
    variant('line ends were changed from LF to CR LF', text.replaceAll('\r\n', '\n')),
    variant('line ends were changed from CR LF to LF', text.replaceAll(/\r?\n/g, '\r\n')),
    variant(
      'line ends were changed and one was added at the end',
      text.replaceAll('\r\n', '\n').replace(/\n$/, ''),
    ),
  ]
}

function encodingVariants(body: Buffer, text: string): readonly Variant[] {
  return [
    ...(body.subarray(0, 3).equals(BOM)
      ? [{ explanation: 'a byte order mark was put in front of the body', bytes: body.subarray(3) }]
      : [
          {
            explanation: 'the byte order mark in front of the body was lost',
            bytes: Buffer.concat([BOM, body]),
          },
        ]),
    ...(/^[A-Za-z0-9+/\s]+=*\s*$/.test(text)
      ? [
          variantOfBytes(
            'the body is still base64 (isBase64Encoded of API Gateway was not looked at)',
            Buffer.from(text, 'base64'),
          ),
        ]
      : []),
    variantOfBytes('UTF-8 was read as Latin-1 and written as UTF-8 again', Buffer.from(text, 'latin1')),
    ...decoded(text),
    variantOfBytes('the body was not passed on: the signature is over an empty one', Buffer.alloc(0)),
  ]
}

function decoded(text: string): readonly Variant[] {
  try {
    return [variant('the body was URL-encoded', decodeURIComponent(text.replaceAll('+', ' ')))]
  } catch {
    return []
  }
}

/** Another program parsed the JSON and wrote it anew: the usual writers of JSON, compared with the usual form of WeChat. */
function jsonVariants(text: string): readonly Variant[] {
  const json = parsed(text)
  if (json === undefined) return []
  const compact = JSON.stringify(json)
  const because = 'the body was parsed and written again (a JSON body parser ran before the verification)'
  return [
    variant(`${because}: blanks between its parts were added or lost`, compact),
    variant(`${because}: blanks after colons and commas were lost`, spaced(json)),
    variant(`${because}: indentation was lost`, JSON.stringify(json, null, 2)),
    variant(
      `${because}: slashes were escaped before, and are not now`,
      compact.replaceAll('/', String.raw`\/`),
    ),
    variant(`${because}: characters outside of ASCII were escaped before, and are not now`, ascii(compact)),
    ...orders(json).map((order) =>
      variant(`${because}: the order of its fields changed`, JSON.stringify(order)),
    ),
  ]
}

/** Orders in which WeChat, or a program that sorts, writes the envelope. */
function orders(json: unknown): readonly unknown[] {
  return [sorted(json), ordered(json)]
}

/** The fields of a notification in WeChat's own order. */
const WECHAT_ORDER = [
  'id',
  'create_time',
  'resource_type',
  'event_type',
  'summary',
  'resource',
  'original_type',
  'algorithm',
  'ciphertext',
  'associated_data',
  'nonce',
]

function ordered(json: unknown): unknown {
  return arranged(json, (a, b) => WECHAT_ORDER.indexOf(a) - WECHAT_ORDER.indexOf(b))
}

function sorted(json: unknown): unknown {
  return arranged(json, (a, b) => (a < b ? -1 : 1))
}

function arranged(json: unknown, compare: (a: string, b: string) => number): unknown {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return json
  const entries = Object.entries(json).toSorted(([a], [b]) => compare(a, b))
  return Object.fromEntries(entries.map(([name, value]) => [name, arranged(value, compare)]))
}

function spaced(json: unknown): string {
  return JSON.stringify(json, null, 1)
    .replaceAll(/\n\s*/g, ' ')
    .replaceAll(/([{[]) /g, '$1')
    .replaceAll(/ ([}\]])/g, '$1')
}

function ascii(text: string): string {
  return text.replaceAll(
    /[\u0080-\uffff]/g,
    (char) => String.raw`\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch {
    return undefined
  }
}

function variant(explanation: string, text: string): Variant {
  return variantOfBytes(explanation, Buffer.from(text, 'utf8'))
}

function variantOfBytes(explanation: string, bytes: Buffer): Variant {
  return { explanation, bytes }
}
