/** Calls the stack's own HTTP API, signed for IAM as every merchant call is. */
import { createHash, createHmac } from 'node:crypto'
import type { Hash, Hmac } from 'node:crypto'
import { SignatureV4 } from '@smithy/signature-v4'
import { CliError } from '#cli/terminal/cli-error.ts'
import type { StackAccess } from './stack-access.ts'

const TIMEOUT_MS = 35_000

interface Problem {
  readonly detail?: string
  readonly title?: string
  readonly action?: string
  readonly code?: string
  readonly message?: string
}

/**
 * Sends one request and gives the JSON of its answer.
 *
 * @throws CliError with the problem's own words when the API refuses, `unreachable` when it does not answer.
 */
export async function callApi(
  stack: StackAccess,
  path: string,
  { method, body }: { readonly method: 'GET' | 'POST'; readonly body?: object },
): Promise<unknown> {
  const url = new URL(stack.api_url + path)
  const text = body === undefined ? undefined : JSON.stringify(body)
  const headers = await signed(stack, url, { method, text })
  let response: Response
  try {
    response = await fetch(url, {
      method,
      headers,
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(text === undefined ? {} : { body: text }),
    })
  } catch (cause) {
    throw new CliError(
      'unreachable',
      `the HTTP API at ${url.origin} does not answer`,
      'check the network; the outcome is unknown: look at the order before you repeat the command',
      { cause },
    )
  }
  const answer = await response.text()
  if (response.ok) return JSON.parse(answer)
  throw refusal(response.status, answer)
}

async function signed(
  stack: StackAccess,
  url: URL,
  { method, text }: { readonly method: string; readonly text: string | undefined },
): Promise<Record<string, string>> {
  const signer = new SignatureV4({
    service: 'execute-api',
    region: stack.region,
    credentials: stack.dynamodb.config.credentials,
    sha256: Sha256,
  })
  const request = {
    method,
    protocol: url.protocol,
    hostname: url.hostname,
    path: url.pathname,
    headers: { host: url.host, ...(text === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(url.port === '' ? {} : { port: Number(url.port) }),
    ...(text === undefined ? {} : { body: text }),
  }
  const { headers } = await signer.sign(request)
  // fetch sets it itself, to the same value.
  const { host: _, ...others } = headers
  return others
}

function refusal(status: number, answer: string): CliError {
  const { detail, title, action, code, message } = problemOf(answer)
  if (status === 403) {
    return new CliError(
      'failed',
      'the HTTP API refused the caller (403)',
      'use credentials that may execute-api:Invoke on this API',
    )
  }
  const words = detail ?? title ?? message ?? 'without an explanation'
  return new CliError('failed', `${words} (${status}${code === undefined ? '' : ` ${code}`})`, action ?? '')
}

function problemOf(answer: string): Problem {
  try {
    const json: unknown = JSON.parse(answer)
    return typeof json === 'object' && json !== null ? json : {}
  } catch {
    return {}
  }
}

/** node:crypto in the form that the signer asks for. */
class Sha256 {
  readonly #secret: string | ArrayBuffer | ArrayBufferView | undefined
  #hash: Hash | Hmac

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#secret = secret
    this.#hash = started(secret)
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(bytesOf(data))
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(new Uint8Array(this.#hash.digest()))
  }

  reset(): void {
    this.#hash = started(this.#secret)
  }
}

function started(secret: string | ArrayBuffer | ArrayBufferView | undefined) {
  return secret === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(secret))
}

function bytesOf(data: string | ArrayBuffer | ArrayBufferView): Buffer {
  if (typeof data === 'string') return Buffer.from(data, 'utf8')
  return data instanceof ArrayBuffer
    ? Buffer.from(data)
    : Buffer.from(data.buffer, data.byteOffset, data.byteLength)
}
