/** Signs requests and verifies what WeChat signed (doc merchant/4012365342, 4013053420): one place for both messages. */
import type { KeyObject } from 'node:crypto'
import { kindOf, signText, verifyText } from '#shared/crypto/keys.ts'
import type { KeyKind, PrivateKey } from '#shared/crypto/keys.ts'
import type { Headers, Received } from '#shared/received.ts'
import type { KeyRing } from './key-ring.ts'

export const AUTHORIZATION_SCHEMA = 'WECHATPAY2-SHA256-RSA2048'
/** What each kind of key signs under; WeChat names it in `Wechatpay-Signature-Type`, or means RSA. */
export const SCHEMAS: Readonly<Record<KeyKind, string>> = {
  rsa: AUTHORIZATION_SCHEMA,
  sm2: 'WECHATPAY2-SM2-WITH-SM3',
}
/** WeChat's rule: no more than 5 minutes apart, either way. */
export const CLOCK_TOLERANCE_SECONDS = 300
const PROBE_PREFIX = 'WECHATPAY/SIGNTEST/'
const SECONDS = /^[1-9][0-9]{0,10}$/

/** Who signs: the merchant and its API certificate's serial. */
export interface MerchantSigner {
  readonly mchid: string
  readonly serialNo: string
  readonly privateKey: PrivateKey
  /** RSA; signs what the payer's client gets where `privateKey` is SM2, which the client does not know. */
  readonly clientKey?: KeyObject
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
  const signature = signText(privateKey, requestMessage(request))
  return (
    `${SCHEMAS[kindOf(privateKey)]} mchid="${mchid}",nonce_str="${request.nonce}",signature="${signature}",` +
    `timestamp="${request.timestamp}",serial_no="${serialNo}"`
  )
}

/** The message that WeChat signs for an answer or a notification: timestamp, nonce, raw body, each ended by a newline. */
export function answerMessage(timestamp: string, nonce: string, body: Received): Buffer {
  if (typeof body === 'string') return Buffer.from(`${timestamp}\n${nonce}\n${body}\n`, 'utf8')
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
export function signAnswer(key: PrivateKey, { timestamp, nonce, body }: AnswerToSign): string {
  return signText(key, answerMessage(timestamp, nonce, body))
}

/** What came in: `body` exactly as received, `now` in epoch ms. */
export interface Signed {
  readonly headers: Headers
  readonly body: Received
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

/**
 * Verifies the signature of an answer or a notification over its raw bytes.
 *
 * Trusts nothing but the key ring. Every header must be there exactly once; the timestamp must be within 300 s of
 * `now` (epoch ms); a `WECHATPAY/SIGNTEST/` probe takes the same road and fails as `probe`. Never throws on input.
 */
export function verifySignature(ring: KeyRing, { headers, body, now }: Signed): Verified {
  const read = readHeaders(headers)
  if ('reason' in read) return read
  const { timestamp, nonce, signature, serial } = read
  const { 'wechatpay-signature-type': type = SCHEMAS.rsa } = headers
  if (type !== SCHEMAS.rsa && type !== SCHEMAS.sm2) return { ok: false, reason: 'signature_type', serial }
  if (!SECONDS.test(timestamp))
    return { ok: false, reason: 'header_malformed', header: 'wechatpay-timestamp' }
  if (Math.abs(Math.floor(now / 1000) - Number(timestamp)) > CLOCK_TOLERANCE_SECONDS)
    return { ok: false, reason: 'timestamp', serial }
  const key = ring.find(serial, now)
  const probe = signature.startsWith(PROBE_PREFIX)
  if (key === undefined) return { ok: false, reason: probe ? 'probe' : 'unknown_serial', serial }
  if (type !== SCHEMAS[kindOf(key.publicKey)]) return { ok: false, reason: 'signature_type', serial }
  if (!verifyText(key.publicKey, answerMessage(timestamp, nonce, body), signature)) {
    return { ok: false, reason: probe ? 'probe' : 'signature', serial }
  }
  return { ok: true, serial }
}

interface Signature {
  readonly timestamp: string
  readonly nonce: string
  readonly signature: string
  readonly serial: string
}

type Refusal = Extract<Verified, { ok: false }>

function readHeaders(headers: Headers): Signature | Refusal {
  const timestamp = headers['wechatpay-timestamp']
  if (!isLegal(timestamp)) return illegal('wechatpay-timestamp', timestamp)
  const nonce = headers['wechatpay-nonce']
  if (!isLegal(nonce)) return illegal('wechatpay-nonce', nonce)
  const signature = headers['wechatpay-signature']
  if (!isLegal(signature)) return illegal('wechatpay-signature', signature)
  const serial = headers['wechatpay-serial']
  if (!isLegal(serial)) return illegal('wechatpay-serial', serial)
  return { timestamp, nonce, signature, serial }
}

/** Visible ASCII without commas. No legal value has one, or a space: a joined duplicate is none. */
const LEGAL = /^[\x21-\x2b\x2d-\x7e]+$/

function isLegal(value: Headers[string]): value is string {
  return typeof value === 'string' && LEGAL.test(value)
}

function illegal(header: string, value: Headers[string]): Refusal {
  const reason = value === undefined || value === '' ? 'header_missing' : 'header_malformed'
  return { ok: false, reason, header }
}
