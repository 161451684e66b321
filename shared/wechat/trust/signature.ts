/** Signs requests and verifies what WeChat signed (doc merchant/4012365342, 4013053420): one place for both messages. */
import type { KeyObject } from 'node:crypto'
import { signSha256, verifySha256 } from '#shared/crypto/rsa.ts'
import type { KeyRing } from './key-ring.ts'

export const AUTHORIZATION_SCHEMA = 'WECHATPAY2-SHA256-RSA2048'
/** WeChat's rule: no more than 5 minutes apart, either way. */
export const CLOCK_TOLERANCE_SECONDS = 300
const PROBE_PREFIX = 'WECHATPAY/SIGNTEST/'
const SECONDS = /^[1-9][0-9]{0,10}$/

/** Who signs: the merchant and its API certificate's serial. */
export interface MerchantSigner {
  readonly mchid: string
  readonly serialNo: string
  readonly privateKey: KeyObject
}

export interface RequestToSign {
  readonly method: string
  /** Path with query exactly as sent, already percent-encoded, without host. */
  readonly url: string
  /** Exact body; empty for none. */
  readonly body: string
  /** Seconds since the epoch. */
  readonly timestamp: number
  readonly nonce: string
}

/** The message that an `Authorization` header signs: five lines, each ended by a newline. */
export function requestMessage({ method, url, timestamp, nonce, body }: RequestToSign): string {
  return `${method}\n${url}\n${timestamp}\n${nonce}\n${body}\n`
}

/** Builds the value of the `Authorization` header. */
export function authorizationHeader(
  { mchid, serialNo, privateKey }: MerchantSigner,
  request: RequestToSign,
): string {
  const signature = signSha256(privateKey, requestMessage(request))
  return (
    `${AUTHORIZATION_SCHEMA} mchid="${mchid}",nonce_str="${request.nonce}",signature="${signature}",` +
    `timestamp="${request.timestamp}",serial_no="${serialNo}"`
  )
}

/** The message that WeChat signs for an answer or a notification: timestamp, nonce, raw body, each ended by a newline. */
export function answerMessage(timestamp: string, nonce: string, body: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`${timestamp}\n${nonce}\n`, 'utf8'), body, Buffer.from('\n')])
}

/** What goes into the signature of an answer or a notification. */
export interface AnswerToSign {
  /** Seconds since the epoch, as in the header. */
  readonly timestamp: string
  readonly nonce: string
  readonly body: Uint8Array
}

/** Signs as WeChat Pay does, for the simulator and tests. @returns the value of `Wechatpay-Signature`. */
export function signAnswer(key: KeyObject, { timestamp, nonce, body }: AnswerToSign): string {
  return signSha256(key, answerMessage(timestamp, nonce, body))
}

/** Header values by lower-case name; several values of one header arrive joined by a comma or as an array. */
export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>

/** What came in: `body` exactly as received, `now` in epoch ms. */
export interface Signed {
  readonly headers: Headers
  readonly body: Uint8Array
  readonly now: number
}

export type VerifyFailure =
  | 'header_missing'
  | 'header_malformed'
  | 'signature_type'
  | 'timestamp'
  | 'probe'
  | 'unknown_serial'
  | 'signature'

export type Verified =
  | { readonly ok: true; readonly serial: string }
  | { readonly ok: false; readonly reason: VerifyFailure; readonly header?: string; readonly serial?: string }

const REQUIRED = [
  'wechatpay-timestamp',
  'wechatpay-nonce',
  'wechatpay-signature',
  'wechatpay-serial',
] as const
type Required = (typeof REQUIRED)[number]

/**
 * Verifies the signature of an answer or a notification over its raw bytes.
 *
 * Trusts nothing but the key ring. Every header must be there exactly once; the timestamp must be within 300 s of
 * `now` (epoch ms); a `WECHATPAY/SIGNTEST/` probe takes the same road and fails as `probe`. Never throws on input.
 */
export function verifySignature(ring: KeyRing, { headers, body, now }: Signed): Verified {
  const read = readHeaders(headers)
  if (!('values' in read)) return read
  const {
    'wechatpay-timestamp': timestamp,
    'wechatpay-nonce': nonce,
    'wechatpay-signature': signature,
    'wechatpay-serial': serial,
  } = read.values
  const type = headers['wechatpay-signature-type']
  if (type !== undefined && type !== AUTHORIZATION_SCHEMA)
    return { ok: false, reason: 'signature_type', serial }
  if (!SECONDS.test(timestamp))
    return { ok: false, reason: 'header_malformed', header: 'wechatpay-timestamp' }
  if (Math.abs(Math.floor(now / 1000) - Number(timestamp)) > CLOCK_TOLERANCE_SECONDS)
    return { ok: false, reason: 'timestamp', serial }
  const key = ring.find(serial, now)
  const probe = signature.startsWith(PROBE_PREFIX)
  if (key === undefined) return { ok: false, reason: probe ? 'probe' : 'unknown_serial', serial }
  if (!verifySha256(key.publicKey, answerMessage(timestamp, nonce, body), signature)) {
    return { ok: false, reason: probe ? 'probe' : 'signature', serial }
  }
  return { ok: true, serial }
}

function readHeaders(
  headers: Headers,
):
  | { readonly values: Record<Required, string> }
  | { readonly ok: false; readonly reason: VerifyFailure; readonly header: string } {
  const values: Record<Required, string> = {
    'wechatpay-timestamp': '',
    'wechatpay-nonce': '',
    'wechatpay-signature': '',
    'wechatpay-serial': '',
  }
  for (const name of REQUIRED) {
    const value = headers[name]
    if (value === undefined || value === '') return { ok: false, reason: 'header_missing', header: name }
    // No legal value of these headers has a comma or a space: a joined duplicate is refused here.
    if (typeof value !== 'string' || /[^\x21-\x7e]|,/.test(value))
      return { ok: false, reason: 'header_malformed', header: name }
    values[name] = value
  }
  return { values }
}
