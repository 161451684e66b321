/** Reads a captured notification or answer: a raw HTTP message, an API Gateway event, or headers and body in files of their own. */
import * as v from 'valibot'
import { CliError } from '#cli/terminal/cli-error.ts'
import type { CapturedRequest } from './explain-request.ts'
import type { SignedCapture } from './explain-signature.ts'

type HeaderValues = Readonly<Record<string, string | readonly string[]>>

const Event = v.object({
  headers: v.record(v.string(), v.union([v.string(), v.array(v.string())])),
  body: v.optional(v.nullable(v.string()), ''),
  isBase64Encoded: v.optional(v.boolean(), false),
})

/** Reads one file with headers and body in it. @throws CliError `usage` when it is neither form. */
export function readCapture(bytes: Buffer): SignedCapture {
  const event = eventOf(bytes)
  if (event !== undefined) return event
  const [head, body] = split(bytes)
  return { headers: readHeaderLines(head), body }
}

/** Reads headers from lines `Name: value` (a request or status line on top is skipped) or a JSON object. */
export function readHeaders(bytes: Buffer): SignedCapture['headers'] {
  const json = v.safeParse(v.record(v.string(), v.union([v.string(), v.array(v.string())])), jsonOf(bytes))
  return json.success ? lowerCase(json.output) : readHeaderLines(bytes.toString('latin1'))
}

/** Reads a captured request of ours to WeChat. @returns undefined when it is not one. */
export function readRequest(bytes: Buffer): CapturedRequest | undefined {
  const [, method = '', url = ''] = /^([A-Z]+) (\/\S*) HTTP\//.exec(bytes.toString('latin1', 0, 4096)) ?? []
  if (method === '') return undefined
  const { headers, body } = readCapture(bytes)
  const authorization = headers['authorization']
  return typeof authorization === 'string' ? { method, url, authorization, body } : undefined
}

function eventOf(bytes: Buffer): SignedCapture | undefined {
  const parsed = v.safeParse(Event, jsonOf(bytes))
  if (!parsed.success) return undefined
  const { headers, body, isBase64Encoded } = parsed.output
  return { headers: lowerCase(headers), body: Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8') }
}

function split(bytes: Buffer): readonly [head: string, body: Buffer] {
  const ends = ['\r\n\r\n', '\n\n']
    .map((mark) => ({ at: bytes.indexOf(mark), length: mark.length }))
    .filter(({ at }) => at >= 0)
    .toSorted((a, b) => a.at - b.at)
  const [end] = ends
  if (end === undefined) {
    throw new CliError(
      'usage',
      'the input has no empty line between headers and body, and is no event with headers and body either',
      'give a raw HTTP message, an API Gateway event as JSON, or --headers <file> and --body <file>',
    )
  }
  return [bytes.subarray(0, end.at).toString('latin1'), bytes.subarray(end.at + end.length)]
}

function readHeaderLines(text: string): SignedCapture['headers'] {
  const headers: Record<string, string | string[]> = {}
  for (const line of text.split(/\r?\n/)) {
    // `< ` and `> ` stand in front of the lines of curl -v.
    const [, name = '', value = ''] = /^(?:[<>] )?([A-Za-z0-9-]+):[ \t]?(.*)$/.exec(line) ?? []
    if (name === '') continue
    const known = headers[name.toLowerCase()]
    headers[name.toLowerCase()] = known === undefined ? value : [known, value].flat()
  }
  return headers
}

function lowerCase(headers: HeaderValues): SignedCapture['headers'] {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name.toLowerCase(),
      Array.isArray(value) && value.length === 1 ? value[0] : value,
    ]),
  )
}

function jsonOf(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return undefined
  }
}
