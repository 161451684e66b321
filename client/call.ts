/** Sends a request of the API, signed, and again where the API says to repeat it. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Problem } from './contract/answers.ts'
import type { CallOptions } from './call-options.ts'
import { WechatPaymentsError } from './error.ts'
import type { FailureCode } from './error.ts'
import type { Settings } from './settings.ts'
import { signRequest } from './sign-request.ts'

export interface Call {
  readonly method: 'GET' | 'POST'
  /** With its query. */
  readonly path: string
  readonly body?: object
}

/**
 * What the API says to repeat unchanged: every route takes the same request twice as one. What waits for people, as a pause
 * or a missing key, is not among them.
 */
const REPEATED: ReadonlySet<FailureCode> = new Set<FailureCode>([
  'wechat_rate_limited',
  'wechat_unavailable',
  'storage_unavailable',
  'storage_conflict',
  'deadline_exceeded',
  'internal_error',
  'throttled',
  'unreachable',
])

export type Sender = <Answer>(call: Call, options: CallOptions) => Promise<Answer>

export function createSender(settings: Settings): Sender {
  async function attempt<Answer>(call: Call, options: CallOptions, attempts: number): Promise<Answer> {
    const url = new URL(settings.base + call.path)
    const body = call.body === undefined ? undefined : JSON.stringify(call.body)
    const headers = signRequest(
      { method: call.method, url, headers: headersOf(options, body), body },
      { region: settings.region, credentials: await settings.credentials(), nowMs: Date.now() },
    )
    const { signal } = options
    const late = AbortSignal.timeout(settings.timeoutMs)
    let answered: { readonly status: number; readonly text: string }
    try {
      const response = await fetch(url, {
        method: call.method,
        headers,
        redirect: 'manual',
        signal: signal === undefined ? late : AbortSignal.any([signal, late]),
        ...(body === undefined ? {} : { body }),
      })
      answered = { status: response.status, text: await response.text() }
    } catch (cause) {
      signal?.throwIfAborted()
      const detail = 'the API did not answer: the outcome is unknown'
      throw new WechatPaymentsError({ code: 'unreachable', detail, attempts, cause })
    }
    return read(answered, attempts)
  }

  return async (call, options) => {
    for (let attempts = 1; ; attempts += 1) {
      options.signal?.throwIfAborted()
      try {
        return await attempt(call, options, attempts)
      } catch (error) {
        if (attempts > settings.retries || !isRepeated(error)) throw error
      }
      const longest = settings.retryDelayMs * 2 ** (attempts - 1)
      await rest(Math.random() * longest, options.signal)
    }
  }
}

/** Ends with the signal's reason, as fetch does. */
async function rest(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await pause(ms, undefined, signal === undefined ? {} : { signal })
  } catch (error) {
    signal?.throwIfAborted()
    throw error
  }
}

function isRepeated(error: unknown): boolean {
  return error instanceof WechatPaymentsError && REPEATED.has(error.code)
}

function headersOf({ requestId, traceparent }: CallOptions, body: string | undefined) {
  return {
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(requestId === undefined ? {} : { 'x-request-id': requestId }),
    ...(traceparent === undefined ? {} : { traceparent }),
  }
}

/** What it gives is what the document says: later releases add fields, and none is a reason to fail. */
function read({ status, text }: { readonly status: number; readonly text: string }, attempts: number) {
  const json = jsonOf(text)
  if (status === 200 || status === 202) {
    if (typeof json === 'object' && json !== null) return json
  }
  if (isProblem(json)) throw new WechatPaymentsError({ ...json, status, attempts })
  throw new WechatPaymentsError({ ...withoutProblem(status), status, attempts })
}

/** What API Gateway answers by itself, or whatever stands in front of it. */
function withoutProblem(status: number): { readonly code: FailureCode; readonly detail: string } {
  if (status === 401 || status === 403)
    return { code: 'forbidden', detail: 'these credentials may not execute-api:Invoke on this API' }
  if (status === 429) return { code: 'throttled', detail: 'too many requests' }
  if (status >= 500)
    return { code: 'unreachable', detail: `no answer of the API but ${status}: the outcome is unknown` }
  return { code: 'unexpected_answer', detail: `${status} without a problem: is url that of the API?` }
}

function isProblem(json: unknown): json is Problem {
  return typeof json === 'object' && json !== null && 'code' in json && typeof json.code === 'string'
}

function jsonOf(text: string) {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
