/** One signed exchange with WeChat Pay: sign, send, verify the raw bytes. Everything that fails is a ChannelError. */
import type { Clock } from '#shared/clock.ts'
import { answerError, requestIdOf } from './answer-error.ts'
import type { WechatOperation } from './refusals.ts'
import type { KeyRing } from '#shared/wechat/trust/key-ring.ts'
import { kindOf } from '#shared/crypto/keys.ts'
import { authorizationHeader, verifySignature } from '#shared/wechat/trust/signature.ts'
import type { MerchantSigner, Verified } from '#shared/wechat/trust/signature.ts'
import { exchangeError, loadForCall } from '#shared/http/exchange-error.ts'
import type { Transport, TransportResponse } from '#shared/http/transport.ts'
import { ChannelError } from '#shared/orders/channel-error.ts'

const PEER = 'WeChat'

export interface WechatCall {
  /** Decides which of WeChat's codes refuse it for certain. */
  readonly operation: WechatOperation
  readonly method: 'GET' | 'POST'
  /** Path with query, percent-encoded once; the same text is signed and sent. */
  readonly path: string
  /** Exact JSON text; absent for none. */
  readonly body?: string
  /** The key that fields of the body are sealed with, and the answer is signed by. @default the ring's preferred one */
  readonly serial?: string
  /** True only where WeChat documents that repeating has no further effect. */
  readonly repeatable: boolean
  /** Ends the call, retries included. */
  readonly signal?: AbortSignal | undefined
  /**
   * Keys found in the answer itself, asked for only when it is signed with a serial that the ring does not have: the
   * first certificate list is signed with a certificate that it contains. They must be authenticated by other means.
   */
  readonly keysInAnswer?: (body: Buffer) => KeyRing | undefined
}

/** A success whose signature is verified. */
export interface VerifiedAnswer {
  readonly status: number
  readonly body: Buffer
  readonly requestId: string | undefined
}

export interface AttemptDeps {
  readonly signer: () => Promise<MerchantSigner>
  readonly keyRing: () => Promise<KeyRing>
  readonly reloadKeyRing?: () => Promise<KeyRing>
  readonly transport: Transport
  readonly clock: Clock
  readonly nonce: () => string
  readonly userAgent: string
}

/** What one attempt signs and verifies with. */
export interface CallKeys {
  readonly signer: MerchantSigner
  readonly ring: KeyRing
}

export interface Attempt {
  readonly origin: string
  readonly freshConnection: boolean
  readonly keys: CallKeys
}

/** Sends a call once, signed afresh. @throws ChannelError */
export async function attemptCall(
  deps: AttemptDeps,
  call: WechatCall,
  { origin, freshConnection, keys }: Attempt,
): Promise<VerifiedAnswer> {
  const answer = await send(deps.transport, {
    origin,
    freshConnection,
    method: call.method,
    path: call.path,
    headers: headersFor(deps, call, keys),
    body: call.body,
    signal: call.signal,
  })
  if (answer.status < 200 || answer.status > 299 || answer.status === 202)
    throw answerError(call.operation, answer)
  const verified = await verify(deps, answer, { call, ring: keys.ring })
  const requestId = requestIdOf(answer)
  if (verified.ok) return { status: answer.status, body: answer.body, requestId }
  throw new ChannelError('unverifiable', `the answer could not be verified: ${verified.reason}`, {
    certain: false,
    httpStatus: answer.status,
    requestId,
    cause: new UnverifiedAnswer(verified),
  })
}

/** Why an answer was not believed, for logs. */
export class UnverifiedAnswer extends Error {
  override readonly name = 'UnverifiedAnswer'
  readonly verified: Extract<Verified, { ok: false }>

  constructor(verified: Extract<Verified, { ok: false }>) {
    super(verified.reason)
    this.verified = verified
  }
}

interface LoadOptions {
  readonly signal: AbortSignal | undefined
  /** Whether nothing that was sent before can have had an effect. */
  readonly certain: boolean
}

/** Loads what the next attempt needs. @throws ChannelError `not_sent`, or `timeout` when the signal fires first. */
export async function loadKeys({ signer, keyRing }: AttemptDeps, options: LoadOptions): Promise<CallKeys> {
  const load = () => Promise.all([signer(), keyRing()])
  const [merchant, ring] = await loadForCall(load, { ...options, peer: PEER })
  return { signer: merchant, ring }
}

function headersFor(
  { clock, nonce, userAgent }: AttemptDeps,
  call: WechatCall,
  { signer, ring }: CallKeys,
): Record<string, string> {
  const { method, path: url, body, serial = ring.preferredSerial(kindOf(signer.privateKey)) } = call
  const timestamp = Math.floor(clock.now() / 1000)
  return {
    Accept: 'application/json',
    'User-Agent': userAgent,
    Authorization: authorizationHeader(signer, { method, url, body: body ?? '', timestamp, nonce: nonce() }),
    ...(serial === undefined ? {} : { 'Wechatpay-Serial': serial }),
    ...(body === undefined
      ? {}
      : { 'Content-Type': 'application/json', 'Content-Length': String(Buffer.byteLength(body)) }),
  }
}

async function send(
  transport: Transport,
  request: Parameters<Transport['send']>[0],
): Promise<TransportResponse> {
  try {
    return await transport.send(request)
  } catch (cause) {
    throw exchangeError(cause, PEER)
  }
}

interface Verification {
  readonly call: WechatCall
  readonly ring: KeyRing
}

/** A serial that the ring lacks may be in the answer itself, or newer than what this container has in memory. */
async function verify(
  { clock, reloadKeyRing }: AttemptDeps,
  { headers, body }: TransportResponse,
  { call, ring }: Verification,
): Promise<Verified> {
  const signed = { headers, body, now: clock.now() }
  const verified = verifySignature(ring, signed)
  if (verified.ok || verified.reason !== 'unknown_serial') return verified
  const other = call.keysInAnswer?.(body) ?? (await reloadKeyRing?.().catch(() => undefined))
  return other === undefined ? verified : verifySignature(other, signed)
}
