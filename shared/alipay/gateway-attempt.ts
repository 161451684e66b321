/** One exchange with Alipay's gateway: a signed form goes out, and only what Alipay signed is an answer. */
import type { Clock } from '#shared/clock.ts'
import { exchangeError } from '#shared/http/exchange-error.ts'
import type { Transport, TransportResponse } from '#shared/http/transport.ts'
import { ChannelError } from '#shared/orders/channel-error.ts'
import { fields, parseJson, text } from '#shared/wire-rules.ts'
import { signParameters } from './app-signer.ts'
import type { AppSigner } from './app-signer.ts'
import { beijingText } from './beijing-time.ts'
import { formBody } from './form.ts'
import { readGatewayAnswer } from './gateway-answer.ts'
import type { GatewayAnswer } from './gateway-answer.ts'
import type { AlipayKeyRing, AlipayVerified } from './key-ring.ts'
import { meaningOf } from './refusals.ts'
import type { AlipayOperation } from './refusals.ts'

export const PEER = 'Alipay'

export interface GatewayCall {
  /** Decides which of Alipay's codes refuse it for certain. */
  readonly operation: AlipayOperation
  /** As in `alipay.trade.query`. */
  readonly method: string
  /** Exact JSON text. */
  readonly bizContent: string
  readonly notifyUrl?: string
  /** True only where Alipay documents that repeating has no further effect. */
  readonly repeatable: boolean
  readonly signal?: AbortSignal | undefined
}

export interface AttemptDeps {
  readonly appId: string
  /** Reads the stored keys again when an answer names a certificate that the ring lacks; expected to limit itself. */
  readonly reloadKeyRing?: () => Promise<AlipayKeyRing>
  readonly transport: Transport
  readonly clock: Clock
}

/** In the order of Alipay's pages; what is signed is sorted. */
export function commonParameters(
  { appId, clock }: Pick<AttemptDeps, 'appId' | 'clock'>,
  method: string,
  { certificates }: AppSigner,
) {
  return {
    app_id: appId,
    method,
    format: 'JSON',
    charset: 'utf-8',
    sign_type: 'RSA2',
    timestamp: beijingText(clock.now()),
    version: '1.0',
    ...certificates,
  }
}

/** What is fixed before an attempt. */
export interface Attempt {
  readonly place: { readonly origin: string; readonly path: string }
  readonly attempt: number
  readonly signer: AppSigner
  readonly ring: AlipayKeyRing
}

/** Sends a call once, signed afresh. @throws ChannelError */
export async function attemptCall(
  deps: AttemptDeps,
  call: GatewayCall,
  { place, attempt, signer, ring }: Attempt,
) {
  const body = formBody(
    signParameters(signer, {
      ...commonParameters(deps, call.method, signer),
      ...(call.notifyUrl === undefined ? {} : { notify_url: call.notifyUrl }),
      biz_content: call.bizContent,
    }),
  )
  const headers = {
    Accept: 'application/json',
    'Content-Type': 'application/x-www-form-urlencoded;charset=utf-8',
    'Content-Length': String(Buffer.byteLength(body)),
  }
  // An idle connection may be closed already; what cannot be repeated, or failed once, does not take that chance.
  const freshConnection = attempt > 1 || !call.repeatable
  const request = { ...place, method: 'POST', headers, body, freshConnection, signal: call.signal } as const
  const answer = await deps.transport.send(request).catch((cause: unknown) => {
    throw exchangeError(cause, PEER)
  })
  return verifiedContent(deps, call, { answer, ring })
}

/** Why an answer was not believed, for logs. */
export class Unverified extends Error {
  override readonly name = 'Unverified'
  readonly reason: string

  constructor(reason: string) {
    super(reason)
    this.reason = reason
  }
}

const Outcome = fields({ code: text(16, /^\d+$/) }, { sub_code: text(64, /^[\w.-]+$/) })

interface Received {
  readonly answer: TransportResponse
  readonly ring: AlipayKeyRing
}

/** @throws ChannelError for everything that is not signed by Alipay, and for everything signed that is no success. */
async function verifiedContent(
  deps: AttemptDeps,
  { operation, method }: GatewayCall,
  { answer, ring }: Received,
): Promise<Buffer> {
  const { status: httpStatus } = answer
  if (httpStatus !== 200)
    throw new ChannelError('server_error', `Alipay answered ${httpStatus}`, { certain: false, httpStatus })
  const read = readGatewayAnswer(answer.body, method)
  const outcome = read && parseJson(Outcome, read.content)
  const { code = '', sub_code } = outcome?.ok === true ? outcome.value : {}
  const verified = await verify(deps, { read, ring })
  if (read === undefined || !verified.ok) {
    const reason = read === undefined ? 'form' : verified.ok ? '' : verified.reason
    throw new ChannelError('unverifiable', `the answer could not be verified: ${reason}`, {
      certain: false,
      httpStatus,
      wechatCode: sub_code,
      cause: new Unverified(reason),
    })
  }
  if (code === '10000') return read.content
  const meaning = meaningOf(operation, { code, sub_code })
  throw new ChannelError(meaning, `Alipay answered ${code || 'nothing'} ${sub_code ?? ''}`.trim(), {
    certain: meaning !== 'server_error' && meaning !== 'rate_limited',
    httpStatus,
    wechatCode: sub_code,
  })
}

/** A certificate that the ring lacks may be newer than what this container has in memory. */
async function verify(
  { clock, reloadKeyRing }: AttemptDeps,
  { read, ring }: { readonly read: GatewayAnswer | undefined; readonly ring: AlipayKeyRing },
): Promise<AlipayVerified | { readonly ok: false; readonly reason: 'unsigned' }> {
  if (read?.sign === undefined) return { ok: false, reason: 'unsigned' }
  const { content: message, sign, alipay_cert_sn: sn } = read
  const signed = { message, sign, sn, now: clock.now() }
  const verified = ring.verify(signed)
  if (verified.ok || verified.reason !== 'unknown_key') return verified
  const newer = await reloadKeyRing?.().catch(() => undefined)
  return newer === undefined ? verified : newer.verify(signed)
}
