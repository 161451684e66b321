/**
 * Calls to Alipay's gateway (opendocs.alipay.com/common/02kf5q): a signed form goes out, and only what Alipay signed comes back.
 * Repeats where that is safe, and never forgets an unknown outcome.
 */
import { loadForCall } from '#shared/http/exchange-error.ts'
import { pause, repeatedCall } from '#shared/http/repeated-call.ts'
import type { Repetition } from '#shared/http/repeated-call.ts'
import { createRetryBudget } from '#shared/http/retry-budget.ts'
import { TransportError } from '#shared/http/transport.ts'
import { errorFields } from '#shared/log.ts'
import type { Logger } from '#shared/log.ts'
import { ChannelError } from '#shared/orders/channel-error.ts'
import { signParameters } from './app-signer.ts'
import type { AppSigner } from './app-signer.ts'
import { attemptCall, commonParameters, PEER, Unverified } from './gateway-attempt.ts'
import type { AttemptDeps, GatewayCall } from './gateway-attempt.ts'
import type { AlipayKeyRing } from './key-ring.ts'

export interface GatewayDeps extends AttemptDeps {
  /** As in `https://openapi.alipay.com/gateway.do`. */
  readonly gatewayUrl: string
  /** Asked before each attempt, so that a rotated key is used at once; expected to cache. */
  readonly signer: () => Promise<AppSigner>
  readonly keyRing: () => Promise<AlipayKeyRing>
  readonly logger: Logger
  /** Jitter, from 0 to below 1. Default `Math.random`. */
  readonly random?: () => number
  readonly sleep?: Repetition['sleep']
  /** Whether a call that failed is made again where that is safe. Default true. */
  readonly repeats?: boolean
}

export interface Gateway {
  readonly appId: string
  /**
   * Resolves with what Alipay signed of a call that it took: JSON, as its bytes.
   *
   * @throws ChannelError; `certain` is true only if no attempt of this call can have had an effect.
   */
  call(call: GatewayCall): Promise<Buffer>
  /** The signed parameters of what a payer's client brings to Alipay by itself. @throws ChannelError `not_sent` without keys */
  parametersFor(
    method: string,
    more: Readonly<Record<string, string>>,
  ): Promise<Readonly<Record<string, string>>>
}

/** Creates the client. Nothing is loaded and no connection made before the first call. @throws RangeError for a URL that is none of a gateway. */
export function createGateway(deps: GatewayDeps): Gateway {
  const place = placeOf(deps.gatewayUrl)
  const repetition: Repetition = {
    budget: createRetryBudget(),
    random: deps.random ?? Math.random,
    sleep: deps.sleep ?? pause,
    repeats: deps.repeats ?? true,
  }
  return {
    appId: deps.appId,
    call: (call) =>
      repeatedCall(repetition, call, async ({ attempt, certain }) => {
        const load = () => Promise.all([deps.signer(), deps.keyRing()])
        const [signer, ring] = await loadForCall(load, { signal: call.signal, certain, peer: PEER })
        return reported(deps, attempt, () => attemptCall(deps, call, { place, attempt, signer, ring }))
      }),
    async parametersFor(method, more) {
      const signer = await loadForCall(deps.signer, { signal: undefined, certain: true, peer: PEER })
      return signParameters(signer, { ...commonParameters(deps, method, signer), ...more })
    },
  }

  async function reported(
    { logger }: GatewayDeps,
    attempt: number,
    exchange: () => Promise<Buffer>,
  ): Promise<Buffer | ChannelError> {
    try {
      const content = await exchange()
      repetition.budget.earn()
      return content
    } catch (error) {
      if (!(error instanceof ChannelError)) throw error
      logger.warn('ALIPAY_ATTEMPT_FAILED', { attempt, ...failureFields(error) })
      return error
    }
  }
}

function failureFields({ code, httpStatus, wechatCode, cause }: ChannelError) {
  return {
    outcome: code,
    ...(cause instanceof Unverified ? { reason: cause.reason } : {}),
    ...(cause instanceof TransportError ? errorFields(cause.cause ?? cause) : {}),
    ...(httpStatus === undefined ? {} : { http_status: httpStatus }),
    ...(wechatCode === undefined ? {} : { wechat_code: wechatCode }),
  }
}

interface Place {
  readonly origin: string
  readonly path: string
}

function placeOf(url: string): Place {
  const { origin, protocol, pathname, search, hash } = new URL(url)
  if (!/^https?:$/.test(protocol) || search !== '' || hash !== '')
    throw new RangeError('the gateway of Alipay must be http(s) with host and path only')
  return { origin, path: pathname }
}
