/**
 * Alipay, for a stage that has it. Bundles of other stages hold `no-channel.ts` in place of this file, and so nothing of Alipay at
 * all: infra/bundle.ts. Made once per container; nothing is loaded or connected here.
 */
import { createAlipayChannel } from '#shared/alipay/alipay-channel.ts'
import type { AlipayChannel } from '#shared/alipay/alipay-channel.ts'
import { createBills } from '#shared/alipay/bills/day-bill.ts'
import { readAlipayEnvironment } from '#shared/alipay/environment.ts'
import type { AlipayEnvironment } from '#shared/alipay/environment.ts'
import { systemClock } from '#shared/clock.ts'
import { budgetedTransport, isHttpFailure } from '#shared/http/budgeted-transport.ts'
import { createHttpDownload } from '#shared/http/http-download.ts'
import { createHttpTransport } from '#shared/http/http-transport.ts'
import { expiresAt } from '#shared/ledger/look-plan.ts'
import type { Logger } from '#shared/log.ts'
import { NOTIFY_ALIPAY_PATH } from '#shared/operations.ts'
import { ALIPAY_METHODS } from '#shared/orders/payment-channel.ts'
import { parseAlipayKeys, parseAlipaySigning } from '#shared/secrets/alipay-secrets.ts'
import type { BookPorts, CallOptions, CallPorts, PlaceEnvironment, PlacePorts } from './channel-ports.ts'
import type { ChannelEnvironment } from './environment.ts'
import { secret } from './secret-ports.ts'

export function callPorts({ told }: ChannelEnvironment, options: CallOptions): CallPorts | undefined {
  const alipay = readAlipayEnvironment(told)
  return alipay && { mchid: alipay.account, channel: createAlipayChannel(depsOf(alipay, options)) }
}

export function placePorts(env: PlaceEnvironment, options: CallOptions): PlacePorts | undefined {
  const alipay = readAlipayEnvironment(env.told)
  if (alipay === undefined) return undefined
  const channel = createAlipayChannel(depsOf(alipay, options))
  return {
    mchid: alipay.account,
    appids: [alipay.appId],
    notifyUrl: `${env.WXPAY_NOTIFY_BASE_URL}${NOTIFY_ALIPAY_PATH}`,
    channel,
    payParams: createPayParams(channel),
  }
}

export function bookPorts({ told }: ChannelEnvironment, options: CallOptions): BookPorts | undefined {
  const alipay = readAlipayEnvironment(told)
  if (alipay === undefined) return undefined
  const deps = depsOf(alipay, options)
  return {
    mchid: alipay.account,
    channel: createAlipayChannel(deps),
    bills: createBills({ ...deps, download: createHttpDownload() }),
  }
}

/** The keys of Alipay alone: who takes its notifications has more use for them. */
export function alipayKeys({ keysSecretId: secretId }: AlipayEnvironment, logger: Logger) {
  return secret({ secretId, purpose: 'alipay-keys', parse: parseAlipayKeys, logger })
}

function depsOf(env: AlipayEnvironment, { logger, metrics, budget }: CallOptions) {
  const { account, appId, gatewayUrl, signingSecretId: secretId } = env
  const signing = secret({ secretId, purpose: 'alipay-signing', parse: parseAlipaySigning, logger })
  const keys = alipayKeys(env, logger)
  const transport = createHttpTransport()
  return {
    appId,
    account,
    gatewayUrl,
    signer: () => signing.get(),
    keyRing: () => keys.get(),
    // An answer of Alipay that nobody else could have sent: almost at once.
    reloadKeyRing: () => keys.refresh(1000),
    // Alipay says nothing of limits: the same care as at WeChat.
    transport:
      budget === undefined
        ? transport
        : budgetedTransport(transport, budget(), (_, answer) => isHttpFailure(answer)),
    repeats: budget === undefined,
    clock: systemClock,
    logger,
    ...(metrics === undefined ? {} : { metrics }),
  }
}

function createPayParams(channel: AlipayChannel): PlacePorts['payParams'] {
  return async (order, body) => {
    const method = ALIPAY_METHODS.find((one) => one === order.method)
    // What a QR code says is Alipay's own.
    if (method === undefined || method === 'precreate') return undefined
    return channel.clientParameters(method, { body, expiresAt: expiresAt(order) })
  }
}
