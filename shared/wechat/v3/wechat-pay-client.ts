/** WeChat Pay over the wire: the whole port, composed. Functions build it once per container. */
import type { KeyObject } from 'node:crypto'
import { createAbnormalRefunds } from './abnormal-refunds.ts'
import { createCertificates } from './certificates.ts'
import { createWechatClient } from '#shared/wechat/call/client.ts'
import type { WechatClient, WechatClientDeps } from '#shared/wechat/call/client.ts'
import type { Metrics } from '#shared/metrics.ts'
import { createPayments } from './payments.ts'
import { createSharing } from './sharing.ts'
import { createRefunds } from './refunds.ts'
import { createStateWatch } from './unknown-state.ts'
import type { PaymentChannel } from '#shared/orders/payment-channel.ts'
import type { WechatPay } from '#shared/wechat/wechat-pay.ts'

export interface WechatChannelDeps extends WechatClientDeps {
  /** Counts the states that are not known here. */
  readonly metrics?: Metrics
}

export interface WechatPayDeps extends WechatChannelDeps {
  /** APIv3 keys, the current one first; only whoever downloads certificates may read them. */
  readonly apiV3Keys?: () => Promise<readonly KeyObject[]>
}

/**
 * Creates the port. Nothing is loaded and no connection made before the first call.
 *
 * @throws RangeError when an API URL has a path.
 * @example
 * const wechatPay = createWechatPay({
 *   mchid: '1900000109',
 *   apiUrls: ['https://api.mch.weixin.qq.com', 'https://api2.mch.weixin.qq.com'],
 *   signer: loadSigner,
 *   keyRing: loadKeyRing,
 *   transport: createHttpTransport(),
 *   clock: systemClock,
 *   logger,
 * })
 * const order = await wechatPay.queryOrder('order-1', { signal: AbortSignal.timeout(8000) })
 */
export function createWechatPay(deps: WechatPayDeps): WechatPay {
  const client = createWechatClient(deps)
  const certificates = createCertificates(client, { ...deps, apiV3Keys: deps.apiV3Keys ?? missingApiV3Key })
  return { ...channelOver(client, deps), ...certificates }
}

/** The payment channel alone: nobody who has it downloads certificates. */
export function createWechatChannel(deps: WechatChannelDeps): Required<PaymentChannel> {
  return channelOver(createWechatClient(deps), deps)
}

/** What makes an order payable alone. */
export function createWechatPlacing(deps: WechatChannelDeps): Pick<PaymentChannel, 'prepay'> {
  return createPayments(createWechatClient(deps), createStateWatch(deps))
}

function channelOver(client: WechatClient, deps: WechatChannelDeps): Required<PaymentChannel> {
  const watch = createStateWatch(deps)
  return {
    ...createPayments(client, watch),
    ...createRefunds(client, watch),
    ...createSharing(client),
    ...createAbnormalRefunds(client, deps),
  }
}

async function missingApiV3Key(): Promise<never> {
  throw new TypeError('certificates can only be downloaded where apiV3Keys is given')
}
