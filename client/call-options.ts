/** What may be said of a single call. */
import { PROVIDERS } from '#shared/providers.ts'
import type { Order } from './contract/answers.ts'
import { given } from './given.ts'

export interface CallOptions {
  /** Ends the call, pauses included, with the signal's reason. The outcome is unknown then. */
  readonly signal?: AbortSignal | undefined
  /** An id of yours for logs and events: 1 to 128 characters of `A-Z a-z 0-9 . _ ~ : + / = -`. */
  readonly requestId?: string | undefined
  /** W3C Trace Context. */
  readonly traceparent?: string | undefined
  /** Whose number it is: the same may be used at each of them. @default WeChat Pay, or the only one that the stage has */
  readonly provider?: Order['provider'] | undefined
}

export interface QueryOptions extends CallOptions {
  /** Asks WeChat whatever the state is. */
  readonly refresh?: boolean | undefined
}

const CALL = ['signal', 'requestId', 'traceparent', 'provider']

/** @throws TypeError naming the option that is wrong. */
export function checkCallOptions(options: CallOptions): void {
  checkOptions(options, CALL)
}

/** @throws TypeError naming the option that is wrong. @returns the query. */
export function queryOf(options: QueryOptions): Readonly<Record<string, string>> {
  checkOptions(options, [...CALL, 'refresh'])
  const { refresh } = options
  if (refresh !== undefined && typeof refresh !== 'boolean')
    throw new TypeError('options.refresh must be true or false')
  return refresh === true ? { refresh: 'true' } : {}
}

function checkOptions(options: CallOptions, names: readonly string[]): void {
  given(options, 'options', names)
  const { signal, requestId, traceparent, provider } = options
  if (signal !== undefined && !(signal instanceof AbortSignal))
    throw new TypeError('options.signal must be an AbortSignal')
  if (requestId !== undefined && !/^[A-Za-z0-9._~:+/=-]{1,128}$/.test(requestId))
    throw new TypeError('options.requestId must have 1 to 128 characters of A-Z a-z 0-9 . _ ~ : + / = -')
  if (traceparent !== undefined && !/^[\da-f]{2}-[\da-f]{32}-[\da-f]{16}-[\da-f]{2}$/.test(traceparent))
    throw new TypeError('options.traceparent must be one of W3C Trace Context')
  if (provider !== undefined && !PROVIDERS.includes(provider))
    throw new TypeError(`options.provider must be ${PROVIDERS.join(' or ')}`)
}
