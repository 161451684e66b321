/** What a client is made with, checked before anything is sent. */
import { apiWay } from './api-way.ts'
import { given } from './given.ts'
import { lambdaWay } from './lambda-way.ts'
import type { Credentials, WechatPaymentsOptions } from './settings.ts'
import type { Way } from './way.ts'

export interface Settings {
  readonly way: Way
  readonly credentials: () => Promise<Credentials>
  readonly retries: number
  readonly retryDelayMs: number
  readonly timeoutMs: number
}

const NAMES = [
  'url',
  'region',
  'functions',
  'endpoint',
  'credentials',
  'retries',
  'retryDelayMs',
  'timeoutMs',
]

/** @throws TypeError naming the option that is wrong. */
export function settingsOf(options: WechatPaymentsOptions): Settings {
  given(options, 'options', NAMES)
  const way = wayOf(options)
  const { credentials } = options
  const provider = typeof credentials === 'function' ? credentials : async () => credentials
  if (typeof credentials !== 'function') credentialsOf(credentials)
  return {
    way,
    credentials: async () => credentialsOf(await provider()),
    retries: whole(options.retries ?? 2, 'retries', 0, 10),
    retryDelayMs: whole(options.retryDelayMs ?? 200, 'retryDelayMs', 0, 60_000),
    timeoutMs: whole(options.timeoutMs ?? 35_000, 'timeoutMs', 1, 300_000),
  }
}

/** Callers of JavaScript may give both. */
function wayOf({ url, region, functions, endpoint }: WechatPaymentsOptions): Way {
  if (functions === undefined) {
    if (url === undefined)
      throw new TypeError(
        'url is missing: give the output ApiUrl of the stack, or functions to call at Lambda',
      )
    if (endpoint !== undefined) throw new TypeError('endpoint is for functions: leave it out beside url')
    return apiWay({ url, region })
  }
  if (url !== undefined) throw new TypeError('url and functions are two ways to call: leave one out')
  if (region !== undefined)
    throw new TypeError('region is in the ARNs of functions: leave it out beside them')
  return lambdaWay({ functions, endpoint })
}

function credentialsOf(value: Credentials): Credentials {
  given(value, 'credentials')
  const { accessKeyId, secretAccessKey, sessionToken } = value
  const filled = (text: unknown) => typeof text === 'string' && text !== ''
  if (!filled(accessKeyId)) throw new TypeError('credentials.accessKeyId must be a string')
  if (!filled(secretAccessKey)) throw new TypeError('credentials.secretAccessKey must be a string')
  if (sessionToken !== undefined && !filled(sessionToken))
    throw new TypeError('credentials.sessionToken must be a string, or left out')
  return { accessKeyId, secretAccessKey, sessionToken }
}

function whole(value: unknown, name: string, least: number, most: number): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < least || value > most)
    throw new TypeError(`${name} must be a whole number from ${least} to ${most}`)
  return value
}
