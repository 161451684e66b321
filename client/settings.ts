/** What a client is made with, checked before anything is sent. */
import { given } from './given.ts'

export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string | undefined
}

export interface WechatPaymentsOptions {
  /** The output `ApiUrl` of the stack. */
  readonly url: string | URL
  /** As they are, or a provider of the AWS SDK, which is asked for each request. */
  readonly credentials: Credentials | (() => Promise<Credentials>)
  /** @default the one in `url`; needed for a domain of your own */
  readonly region?: string | undefined
  /** How often a request is sent again at most, where the API says to repeat it. @default 2 */
  readonly retries?: number | undefined
  /** The first pause before that, ms; doubled for each, and drawn by lot up to it. @default 200 */
  readonly retryDelayMs?: number | undefined
  /** For one attempt, ms. @default 35000, more than the API takes */
  readonly timeoutMs?: number | undefined
}

export interface Settings {
  readonly base: string
  readonly region: string
  readonly credentials: () => Promise<Credentials>
  readonly retries: number
  readonly retryDelayMs: number
  readonly timeoutMs: number
}

const NAMES = ['url', 'credentials', 'region', 'retries', 'retryDelayMs', 'timeoutMs']
const OF_API_GATEWAY = /\.execute-api\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$/
const REGION = /^[a-z]{2}(?:-[a-z0-9]+)+$/

/** @throws TypeError naming the option that is wrong. */
export function settingsOf(options: WechatPaymentsOptions): Settings {
  given(options, 'options', NAMES)
  const url = urlOf(options.url)
  const region = options.region ?? OF_API_GATEWAY.exec(url.hostname)?.[1]
  if (region === undefined)
    throw new TypeError('region is needed: the host of url is none of API Gateway, which would name it')
  if (typeof region !== 'string' || !REGION.test(region))
    throw new TypeError('region must be a region of AWS, as in cn-north-1')
  const { credentials } = options
  const provider = typeof credentials === 'function' ? credentials : async () => credentials
  if (typeof credentials !== 'function') credentialsOf(credentials)
  return {
    base: url.origin + url.pathname.replace(/\/+$/, ''),
    region,
    credentials: async () => credentialsOf(await provider()),
    retries: whole(options.retries ?? 2, 'retries', 0, 10),
    retryDelayMs: whole(options.retryDelayMs ?? 200, 'retryDelayMs', 0, 60_000),
    timeoutMs: whole(options.timeoutMs ?? 35_000, 'timeoutMs', 1, 300_000),
  }
}

function urlOf(value: unknown): URL {
  const text = value instanceof URL ? value.href : value
  const url = typeof text === 'string' && URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new TypeError('url must be an http or https URL, as the output ApiUrl of the stack')
  if (url.username !== '' || url.search !== '' || url.hash !== '')
    throw new TypeError('url must have no user, query or fragment')
  return url
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
