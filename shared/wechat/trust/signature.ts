/** Signs requests and verifies what WeChat signed (doc merchant/4012365342, 4013053420): one place for both messages. */
import type { KeyObject } from 'node:crypto'
import { decodeBase64 } from '#shared/crypto/base64.ts'
import { kindOf, signText, verifyBytes } from '#shared/crypto/keys.ts'
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

/** A notification has 1 KB. */
const ROOM = Buffer.allocUnsafeSlow(16 * 1024)
/** What a unit of UTF-16 takes in UTF-8, at most. */
const MOST_BYTES = 3
const NEWLINE = 0x0a

/**
 * The same, to be verified at once: it lies where the next message will. Text has to become bytes, and to write it where there is
 * room takes a quarter of a microsecond less than to put texts together and make room for them.
 */
function signedMessage(timestamp: string, nonce: string, body: Received): Buffer {
  const head = `${timestamp}\n${nonce}\n`
  if (typeof body !== 'string' || (head.length + body.length + 1) * MOST_BYTES > ROOM.length)
    return answerMessage(timestamp, nonce, body)
  const headEnd = ROOM.write(head, 0)
  const bodyEnd = headEnd + ROOM.write(body, headEnd)
  ROOM[bodyEnd] = NEWLINE
  return ROOM.subarray(0, bodyEnd + 1)
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
  const timestamp = headers['wechatpay-timestamp']
  if (!isLegal(timestamp)) return illegal('wechatpay-timestamp', timestamp)
  const nonce = headers['wechatpay-nonce']
  if (!isLegal(nonce)) return illegal('wechatpay-nonce', nonce)
  const signature = headers['wechatpay-signature']
  if (typeof signature !== 'string') return illegal('wechatpay-signature', signature)
  const bytes = decodeBase64(signature)
  // Strict base64 has no other characters: only what is none is looked through.
  if ((bytes === undefined || bytes.length === 0) && !isLegal(signature))
    return illegal('wechatpay-signature', signature)
  const serial = headers['wechatpay-serial']
  if (!isLegal(serial)) return illegal('wechatpay-serial', serial)
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
  if (bytes !== undefined && verifyBytes(key.publicKey, signedMessage(timestamp, nonce, body), bytes))
    return { ok: true, serial }
  return { ok: false, reason: probe ? 'probe' : 'signature', serial }
}

type Refusal = Extract<Verified, { ok: false }>

/** Visible ASCII without commas. No legal value has one, or a space: a joined duplicate is none. */
const LEGAL = /^[\x21-\x2b\x2d-\x7e]+$/

function isLegal(value: Headers[string]): value is string {
  return typeof value === 'string' && LEGAL.test(value)
}

function illegal(header: string, value: Headers[string]): Refusal {
  const reason = value === undefined || value === '' ? 'header_missing' : 'header_malformed'
  return { ok: false, reason, header }
}
