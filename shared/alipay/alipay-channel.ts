/** Alipay over the wire: the port of payments, composed. Functions build it once per container. */
import { isRefundStatus, isTradeState } from '#shared/facts/telling.ts'
import { isWord } from '#shared/facts/final-looking.ts'
import type { Metrics } from '#shared/metrics.ts'
import type { AlipayMethod, PaymentChannel, PrepayBody } from '#shared/orders/payment-channel.ts'
import { clientParameters } from './client-parameters.ts'
import type { AlipayAppOrder, AlipayLink, ClientMethod } from './client-parameters.ts'
import { createGateway } from './gateway.ts'
import type { GatewayDeps } from './gateway.ts'
import { createPayments } from './payments.ts'
import { createRefunds } from './refunds.ts'

export interface AlipayDeps extends GatewayDeps {
  /** What keys and facts call the merchant. */
  readonly account: string
  /** Counts the states that are not known here. */
  readonly metrics?: Metrics
}

export interface AlipayChannel extends PaymentChannel<AlipayMethod> {
  /** What the payer's client brings to Alipay, signed anew for each answer. */
  clientParameters(
    method: ClientMethod,
    order: { readonly body: PrepayBody; readonly expiresAt?: number | undefined },
  ): Promise<AlipayLink | AlipayAppOrder>
}

/**
 * Creates the port. Nothing is loaded and no connection made before the first call.
 *
 * @throws RangeError when the URL is none of a gateway.
 * @example
 * const alipay = createAlipayChannel({
 *   appId: '2021001161683774',
 *   account: 'alipay:2021001161683774',
 *   gatewayUrl: 'https://openapi.alipay.com/gateway.do',
 *   signer: loadSigner,
 *   keyRing: loadKeyRing,
 *   transport: createHttpTransport(),
 *   clock: systemClock,
 *   logger,
 * })
 * const order = await alipay.queryOrder('order-1', { signal: AbortSignal.timeout(8000) })
 */
export function createAlipayChannel(deps: AlipayDeps): AlipayChannel {
  const { appId, account, gatewayUrl } = deps
  const gateway = createGateway(deps)
  const watch = createWatch(deps)
  return {
    ...createPayments(gateway, { appId, account }, ({ trade_state, out_trade_no }) =>
      watch(isTradeState(trade_state), { field: 'trade_status', state: trade_state, out_trade_no }),
    ),
    ...createRefunds(gateway, ({ status, out_trade_no, out_refund_no }) =>
      watch(isRefundStatus(status), { field: 'refund_status', state: status, out_trade_no, out_refund_no }),
    ),
    clientParameters: (method, order) => clientParameters({ gateway, gatewayUrl }, method, order),
  }
}

interface Seen {
  readonly field: 'trade_status' | 'refund_status'
  readonly state: string
  readonly out_trade_no: string
  readonly out_refund_no?: string
}

/** Alipay may add states: one that is not known here is told, and asserts nothing. */
function createWatch({ logger, metrics }: Pick<AlipayDeps, 'logger' | 'metrics'>) {
  return (known: boolean, { state, ...numbers }: Seen): void => {
    if (known) return
    logger.warn('ALIPAY_STATE_UNKNOWN', { ...numbers, ...(isWord(state) ? { outcome: state } : {}) })
    metrics?.put('WechatStateUnknown')
  }
}
