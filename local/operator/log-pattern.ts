/** Filter patterns of CloudWatch Logs, as far as operators of this stack write them: `{ $.a = "b" && $.n > 2 }` and `?word ?"a phrase"`. */
import { LocalError } from '#local/local-error.ts'

/** Says whether a line is found. */
export type LogPattern = (line: string) => boolean

/** @throws LocalError where a pattern is none, or has what this machine does not know. */
export function parseLogPattern(text: string): LogPattern {
  const trimmed = text.trim()
  if (trimmed === '') return () => true
  return trimmed.startsWith('{') ? jsonPattern(trimmed) : termPattern(trimmed)
}

/** All plain terms, none with `-`, and one at least of those with `?`. */
function termPattern(text: string): LogPattern {
  const terms = [...text.matchAll(/([?-]?)(?:"((?:[^"\\]|\\.)*)"|([^\s"]+))\s*/gy)]
  const read = terms.map(([all]) => all).join('')
  if (read !== text)
    throw new LocalError(`the filter pattern cannot be read from "${text.slice(read.length)}"`)
  const of = (sign: string) =>
    terms.filter(([, one]) => one === sign).map(([, , quoted, bare]) => unescaped(quoted ?? bare ?? ''))
  const [plain, optional, excluded] = [of(''), of('?'), of('-')]
  return (line) =>
    plain.every((term) => line.includes(term)) &&
    !excluded.some((term) => line.includes(term)) &&
    (optional.length === 0 || optional.some((term) => line.includes(term)))
}

function unescaped(text: string): string {
  return text.replaceAll(/\\(.)/g, '$1')
}

type Condition = (record: unknown) => boolean

const TOKEN =
  /\s*(?:(\$\.[\w.-]+)|(&&|\|\||!=|<=|>=|[=<>(){}])|"((?:[^"\\]|\\.)*)"|(-?\d+(?:\.\d+)?)(?![\w.*])|([\w*.-]+))/y

type Token = { readonly kind: 'path' | 'sign' | 'text' | 'number' | 'word'; readonly text: string }

function jsonPattern(text: string): LogPattern {
  const reader = createReader(tokensOf(text))
  reader.expect('{')
  const condition = either(reader)
  reader.expect('}')
  reader.end()
  return (line) => {
    const record = jsonOf(line)
    return record !== undefined && condition(record)
  }
}

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = []
  TOKEN.lastIndex = 0
  for (let at = 0; at < text.length; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at
    const found = TOKEN.exec(text)
    if (found === null) throw new LocalError(`the filter pattern cannot be read from "${text.slice(at)}"`)
    const [, path, sign, quoted, number, word] = found
    if (path !== undefined) tokens.push({ kind: 'path', text: path.slice(2) })
    else if (sign !== undefined) tokens.push({ kind: 'sign', text: sign })
    else if (quoted !== undefined) tokens.push({ kind: 'text', text: unescaped(quoted) })
    else if (number !== undefined) tokens.push({ kind: 'number', text: number })
    else tokens.push({ kind: 'word', text: word ?? '' })
  }
  return tokens
}

type Reader = ReturnType<typeof createReader>

function createReader(tokens: readonly Token[]) {
  let at = 0
  const fail = (): never => {
    throw new LocalError(`the filter pattern cannot be read at "${tokens[at]?.text ?? 'its end'}"`)
  }
  return {
    fail,
    next: (): Token => tokens[at++] ?? fail(),
    takes(sign: string): boolean {
      const found = tokens[at]?.kind === 'sign' && tokens[at]?.text === sign
      if (found) at += 1
      return found
    },
    expect(sign: string): void {
      if (!this.takes(sign)) fail()
    },
    end(): void {
      if (at < tokens.length) fail()
    },
  }
}

function either(reader: Reader): Condition {
  const conditions = [both(reader)]
  while (reader.takes('||')) conditions.push(both(reader))
  return (record) => conditions.some((holds) => holds(record))
}

function both(reader: Reader): Condition {
  const conditions = [one(reader)]
  while (reader.takes('&&')) conditions.push(one(reader))
  return (record) => conditions.every((holds) => holds(record))
}

function one(reader: Reader): Condition {
  if (reader.takes('(')) {
    const inner = either(reader)
    reader.expect(')')
    return inner
  }
  const path = reader.next()
  const sign = reader.next()
  const value = reader.next()
  if (path.kind !== 'path' || sign.kind !== 'sign' || value.kind === 'sign') return reader.fail()
  return (record) => compare(valueAt(record, path.text), sign.text, value)
}

function compare(found: unknown, sign: string, { kind, text }: Token): boolean {
  if (found === undefined) return false
  if (sign === '=' || sign === '!=') return (sign === '=') === equals(found, kind, text)
  const [left, right] = [Number(found), Number(text)]
  if (typeof found !== 'number' || kind !== 'number') return false
  if (sign === '<') return left < right
  if (sign === '>') return left > right
  return sign === '<=' ? left <= right : left >= right
}

/** `*` stands for anything. */
function equals(found: unknown, kind: Token['kind'], text: string): boolean {
  if (kind === 'number') return found === Number(text)
  const pattern = text.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`))
  return new RegExp(`^${pattern.join('.*')}$`).test(String(found))
}

function valueAt(record: unknown, path: string): unknown {
  let at = record
  for (const name of path.split('.')) {
    if (typeof at !== 'object' || at === null) return undefined
    at = new Map(Object.entries(at)).get(name)
  }
  return at
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
