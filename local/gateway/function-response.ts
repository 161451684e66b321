/** What API Gateway makes of a function's answer, payload format 2.0. */
import { validateHeaderName, validateHeaderValue } from 'node:http'
import * as v from 'valibot'

export interface HttpAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly cookies: readonly string[]
  readonly body: Buffer
}

/** Can be sent at all: no line break, no character that a header cannot hold. */
function isSendable(headers: Readonly<Record<string, unknown>>): boolean {
  try {
    for (const [name, value] of Object.entries(headers)) {
      validateHeaderName(name)
      validateHeaderValue(name, String(value))
    }
    return true
  } catch {
    return false
  }
}

const Scalar = v.union([v.string(), v.number(), v.boolean()])

const ResponseSchema = v.object({
  statusCode: v.pipe(v.number(), v.integer(), v.minValue(100), v.maxValue(599)),
  headers: v.pipe(
    v.nullish(v.record(v.string(), Scalar), {}),
    v.check((headers) => isSendable(headers)),
  ),
  cookies: v.nullish(
    v.array(
      v.pipe(
        v.string(),
        v.check((cookie) => isSendable({ 'set-cookie': cookie })),
      ),
    ),
    [],
  ),
  body: v.nullish(v.string(), ''),
  isBase64Encoded: v.nullish(v.boolean(), false),
})

/** Headers that the gateway sets itself. */
const NOT_PASSED_ON = new Set(['connection', 'content-length', 'keep-alive', 'transfer-encoding', 'upgrade'])

/** The answer in API Gateway's own words, `{"message":"…"}`. */
export function gatewayMessage(status: number, message: string): HttpAnswer {
  return json(status, { message })
}

/**
 * Reads a function's answer: an object with `statusCode` is taken as it is, anything else is the body of a 200.
 *
 * @returns undefined when the answer is malformed, which the caller sees as 500.
 */
export function readFunctionResponse(payload: string): HttpAnswer | undefined {
  const value: unknown = JSON.parse(payload)
  if (typeof value !== 'object' || value === null || !('statusCode' in value)) {
    return typeof value === 'string'
      ? {
          status: 200,
          headers: { 'content-type': 'application/json' },
          cookies: [],
          body: Buffer.from(value),
        }
      : json(200, value)
  }
  const result = v.safeParse(ResponseSchema, value)
  if (!result.success) return undefined
  const { statusCode, headers, cookies, body, isBase64Encoded } = result.output
  const passed = Object.entries(headers)
    .map(([name, header]): [string, string] => [name.toLowerCase(), String(header)])
    .filter(([name]) => !NOT_PASSED_ON.has(name))
  return {
    status: statusCode,
    headers: { 'content-type': 'text/plain;charset=utf-8', ...Object.fromEntries(passed) },
    cookies,
    body: Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'),
  }
}

function json(status: number, value: unknown): HttpAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json' },
    cookies: [],
    body: Buffer.from(JSON.stringify(value)),
  }
}
