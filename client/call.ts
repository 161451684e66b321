/** Sends a call, signed, and again where the API says to repeat it. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Problem } from './contract/answers.ts'
import type { CallOptions } from './call-options.ts'
import { WechatPaymentsError } from './error.ts'
import type { FailureCode } from './error.ts'
import type { Settings } from './checked-settings.ts'
import { signRequest } from './sign-request.ts'
import type { Answered, Call, HttpAnswer, Outgoing } from './way.ts'

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
  const { way, timeoutMs } = settings

  async function attempt<Answer>(call: Outgoing, { signal }: CallOptions, attempts: number): Promise<Answer> {
    const { method, url, body, service, region, headers } = way.request(call)
    const signer = { service, region, credentials: await settings.credentials(), nowMs: Date.now() }
    const signed = signRequest({ method, url, headers, body }, signer)
    const late = AbortSignal.timeout(timeoutMs)
    let answer: HttpAnswer
    try {
      const response = await fetch(url, {
        method,
        headers: signed,
        redirect: 'manual',
        signal: signal === undefined ? late : AbortSignal.any([signal, late]),
        ...(body === undefined ? {} : { body }),
      })
      answer = { status: response.status, headers: response.headers, text: await response.text() }
    } catch (cause) {
      signal?.throwIfAborted()
      const detail = 'the API did not answer: the outcome is unknown'
      throw new WechatPaymentsError({ code: 'unreachable', detail, attempts, cause })
    }
    return read(way.answered(answer, call), attempts)
  }

  return async (call, options) => {
    const outgoing = outgoingOf(call, options)
    for (let attempts = 1; ; attempts += 1) {
      options.signal?.throwIfAborted()
      try {
        return await attempt(outgoing, options, attempts)
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

function outgoingOf({ body, ...call }: Call, options: CallOptions): Outgoing {
  const text = body === undefined ? undefined : JSON.stringify(body)
  return { ...call, body: text, headers: headersOf(options, text) }
}

function headersOf({ requestId, traceparent }: CallOptions, body: string | undefined) {
  return {
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(requestId === undefined ? {} : { 'x-request-id': requestId }),
    ...(traceparent === undefined ? {} : { traceparent }),
  }
}

/** What it gives is what the document says: later releases add fields, and none is a reason to fail. */
function read({ status, text, otherwise }: Answered, attempts: number) {
  const json = jsonOf(text)
  if (status === 200 || status === 202) {
    if (typeof json === 'object' && json !== null) return json
  }
  if (isProblem(json)) throw new WechatPaymentsError({ ...json, status, attempts })
  throw new WechatPaymentsError({ ...otherwise, status, attempts })
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
