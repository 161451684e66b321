/** Calls WeChat Pay: repeats where that is safe, changes to the backup domain, and never forgets an unknown outcome. */
import type { Clock } from '#shared/clock.ts'
import { errorFields } from '#shared/log.ts'
import type { LogFields, Logger } from '#shared/log.ts'
import { createApiHosts } from './api-hosts.ts'
import type { ApiHosts, ApiUrls } from './api-hosts.ts'
import { attemptCall, loadKeys, UnverifiedAnswer } from './attempt.ts'
import type { AttemptDeps, CallKeys, VerifiedAnswer, WechatCall } from './attempt.ts'
import type { KeyRing } from '#shared/wechat/trust/key-ring.ts'
import { randomNonce } from '#shared/wechat/trust/nonce.ts'
import { createRetryBudget } from '#shared/http/retry-budget.ts'
import { pause, repeatedCall } from '#shared/http/repeated-call.ts'
import type { Repetition } from '#shared/http/repeated-call.ts'
import { isHostFailure } from '#shared/http/retry.ts'
import type { MerchantSigner } from '#shared/wechat/trust/signature.ts'
import { TransportError } from '#shared/http/transport.ts'
import type { Transport } from '#shared/http/transport.ts'
import { ChannelError } from '#shared/orders/channel-error.ts'

export interface WechatClientDeps {
  readonly mchid: string
  /** Origins without path: primary and backup. */
  readonly apiUrls: ApiUrls
  /** Asked before each attempt, so that a rotated key is used at once; expected to cache. */
  readonly signer: () => Promise<MerchantSigner>
  /** As `signer`; may be an empty ring where nothing but certificates is asked for. */
  readonly keyRing: () => Promise<KeyRing>
  /** Reads the stored keys again when an answer has a serial that the ring lacks; expected to limit itself. */
  readonly reloadKeyRing?: () => Promise<KeyRing>
  readonly transport: Transport
  readonly clock: Clock
  readonly logger: Logger
  /** Jitter, from 0 to below 1. Default `Math.random`. */
  readonly random?: () => number
  /** Waits; returns early, resolved or rejected, when the signal fires. */
  readonly sleep?: (ms: number, signal: AbortSignal | undefined) => Promise<void>
  /** Default {@link randomNonce}. */
  readonly nonce?: () => string
  /** Product/version first. */
  readonly userAgent?: string
  /** Whether calls go to the backup domain and to no other; asked before each call. @default they go where WeChat answers */
  readonly onlyBackup?: () => Promise<boolean>
  /** Whether a call that failed is made again where that is safe; without, whoever calls does so in his own time. Default true. */
  readonly repeats?: boolean
}

export interface WechatClient {
  readonly mchid: string
  /**
   * Resolves with a verified 2xx.
   *
   * @throws ChannelError; `certain` is true only if no attempt of this call can have had an effect.
   */
  call(call: WechatCall): Promise<VerifiedAnswer>
}

export const DEFAULT_USER_AGENT = `wechatpay-lambda/0.1.0 (${process.platform}) Node.js/${process.versions.node}`

interface Context {
  readonly deps: AttemptDeps
  readonly hosts: ApiHosts
  readonly logger: Logger
  readonly repetition: Repetition
  readonly onlyBackup: () => Promise<boolean>
}

/** Creates a client. Nothing is loaded and no connection made before the first call. @throws RangeError on a URL with a path. */
export function createWechatClient(deps: WechatClientDeps): WechatClient {
  const { nonce = randomNonce, userAgent = DEFAULT_USER_AGENT, random = Math.random } = deps
  const context: Context = {
    deps: { ...deps, nonce, userAgent },
    hosts: createApiHosts(deps.apiUrls, deps.clock),
    logger: deps.logger,
    repetition: {
      budget: createRetryBudget(),
      random,
      sleep: deps.sleep ?? pause,
      repeats: deps.repeats ?? true,
    },
    onlyBackup: deps.onlyBackup ?? (async () => false),
  }
  return { mchid: deps.mchid, call: (call) => callWithRetries(context, call) }
}

async function callWithRetries(context: Context, call: WechatCall): Promise<VerifiedAnswer> {
  const { hosts, repetition } = context
  const stays = await context.onlyBackup()
  let origin = stays ? hosts.backup : hosts.preferred()
  const { repeatable, signal } = call
  const onRetry = (failure: ChannelError) => {
    if (isHostFailure(failure) && !stays) origin = hosts.alternative(origin)
  }
  return repeatedCall(repetition, { repeatable, signal, onRetry }, async ({ attempt, certain }) => {
    const keys = await loadKeys(context.deps, { signal, certain })
    return attemptAndReport(context, call, { origin, attempt, keys })
  })
}

interface Try {
  readonly origin: string
  readonly attempt: number
  readonly keys: CallKeys
}

async function attemptAndReport(
  context: Context,
  call: WechatCall,
  { origin, attempt, keys }: Try,
): Promise<VerifiedAnswer | ChannelError> {
  const { deps, hosts, logger } = context
  const start = deps.clock.now()
  // An idle connection may be closed already; what cannot be repeated, or failed once, does not take that chance.
  const freshConnection = attempt > 1 || !call.repeatable
  try {
    const answer = await attemptCall(deps, call, { origin, freshConnection, keys })
    hosts.report(origin, true)
    context.repetition.budget.earn()
    logger.debug('WECHAT_ATTEMPT_SUCCEEDED', {
      attempt,
      http_status: answer.status,
      duration_ms: deps.clock.now() - start,
      ...(answer.requestId === undefined ? {} : { wechat_request_id: answer.requestId }),
    })
    return answer
  } catch (error) {
    if (!(error instanceof ChannelError)) throw error
    hosts.report(origin, !isHostFailure(error))
    const fields = { attempt, duration_ms: deps.clock.now() - start, ...failureFields(error) }
    // WeChat's own probes are expected and must not page anybody.
    if (fields.reason === 'probe') logger.info('WECHAT_ATTEMPT_PROBED', fields)
    else logger.warn('WECHAT_ATTEMPT_FAILED', fields)
    return error
  }
}

function failureFields({ code, httpStatus, wechatCode, requestId, cause }: ChannelError): LogFields {
  return {
    outcome: code,
    ...(cause instanceof UnverifiedAnswer ? unverifiedFields(cause) : {}),
    ...(cause instanceof TransportError ? errorFields(cause.cause ?? cause) : {}),
    ...(httpStatus === undefined ? {} : { http_status: httpStatus }),
    ...(wechatCode === undefined ? {} : { wechat_code: wechatCode }),
    ...(requestId === undefined ? {} : { wechat_request_id: requestId }),
  }
}

function unverifiedFields({ verified }: UnverifiedAnswer): LogFields {
  const { reason, header, serial } = verified
  return { reason, ...(header === undefined ? {} : { header }), ...(serial === undefined ? {} : { serial }) }
}
