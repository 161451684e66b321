/**
 * The ports to Alipay, for a stage that has it. Bundles of other stages hold `no-alipay.ts` in place of this file, and so nothing
 * of Alipay at all: infra/bundle.ts.
 */
import { createAlipayChannel } from '#shared/alipay/alipay-channel.ts'
import type { AlipayChannel } from '#shared/alipay/alipay-channel.ts'
import { createBills } from '#shared/alipay/bills/day-bill.ts'
import { systemClock } from '#shared/clock.ts'
import { createHttpDownload } from '#shared/http/http-download.ts'
import { createHttpTransport } from '#shared/http/http-transport.ts'
import type { Transport } from '#shared/http/transport.ts'
import { expiresAt } from '#shared/ledger/look-plan.ts'
import type { Logger } from '#shared/log.ts'
import type { Metrics } from '#shared/metrics.ts'
import type { BillChannel } from '#shared/orders/bill-channel.ts'
import type { Order } from '#shared/orders/order.ts'
import { ALIPAY_METHODS } from '#shared/orders/payment-channel.ts'
import type { ClientParameters, PrepayBody } from '#shared/orders/payment-channel.ts'
import { parseAlipayKeys, parseAlipaySigning } from '#shared/secrets/alipay-secrets.ts'
import type { AlipayEnvironment } from './alipay-environment.ts'
import { secret } from './function-ports.ts'

export interface AlipayPorts {
  readonly mchid: string
  readonly channel: AlipayChannel
  readonly payParams: (order: Order, body: PrepayBody) => Promise<ClientParameters | undefined>
}

/** For the reconciliation alone. */
export function alipayBills(
  env: AlipayEnvironment | undefined,
  { logger, transport = createHttpTransport() }: AlipayOptions,
): BillChannel | undefined {
  return env === undefined
    ? undefined
    : createBills({ ...gatewayDeps(env, logger), transport, download: createHttpDownload() })
}

/** The key of the app, and the keys of Alipay. */
function gatewayDeps(env: AlipayEnvironment, logger: Logger) {
  const { account, appId, gatewayUrl } = env
  const [signing, keys] = [alipaySigning(env, logger), alipayKeys(env, logger)]
  return {
    appId,
    account,
    gatewayUrl,
    signer: () => signing.get(),
    keyRing: () => keys.get(),
    // An answer of Alipay that nobody else could have sent: almost at once.
    reloadKeyRing: () => keys.refresh(1000),
    clock: systemClock,
    logger,
  }
}

export interface AlipayOptions {
  readonly logger: Logger
  readonly metrics?: Metrics | undefined
  /** @default one of its own */
  readonly transport?: Transport
  /** @default true */
  readonly repeats?: boolean
}

/** Made once per container; nothing is loaded or connected here. */
export function alipayPorts(
  env: AlipayEnvironment | undefined,
  { logger, metrics, transport = createHttpTransport(), repeats = true }: AlipayOptions,
): AlipayPorts | undefined {
  if (env === undefined) return undefined
  const channel = createAlipayChannel({
    ...gatewayDeps(env, logger),
    transport,
    repeats,
    ...(metrics === undefined ? {} : { metrics }),
  })
  return { mchid: env.account, channel, payParams: createPayParams(channel) }
}

function createPayParams(channel: AlipayChannel): AlipayPorts['payParams'] {
  return async (order, body) => {
    const method = ALIPAY_METHODS.find((one) => one === order.method)
    // What a QR code says is Alipay's own.
    if (method === undefined || method === 'precreate') return undefined
    return channel.clientParameters(method, { body, expiresAt: expiresAt(order) })
  }
}

function alipaySigning({ signingSecretId: secretId }: AlipayEnvironment, logger: Logger) {
  return secret({ secretId, purpose: 'alipay-signing', parse: parseAlipaySigning, logger })
}

export function alipayKeys({ keysSecretId: secretId }: AlipayEnvironment, logger: Logger) {
  return secret({ secretId, purpose: 'alipay-keys', parse: parseAlipayKeys, logger })
}
