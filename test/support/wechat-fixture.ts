/** The real client and the real transport between a merchant and two local domains of WeChat Pay. */
import { systemClock } from '#shared/clock.ts'
import { fen } from '#shared/money.ts'
import { createHttpTransport } from '#shared/http/http-transport.ts'
import type { HttpTransportOptions } from '#shared/http/http-transport.ts'
import { createLogger } from '#shared/log.ts'
import { createWechatPay } from '#shared/wechat/v3/wechat-pay-client.ts'
import type { WechatPayDeps } from '#shared/wechat/v3/wechat-pay-client.ts'
import { ChannelError } from '#shared/orders/channel-error.ts'
import type { PrepayBody } from '#shared/orders/payment-channel.ts'
import type { WechatPay } from '#shared/wechat/wechat-pay.ts'
import { makeMerchant, makePlatformKeys } from './wechat-keys.ts'
import type { PlatformKeys, TestMerchant } from './wechat-keys.ts'
import { startPeer } from './wechat-peer.ts'
import type { WechatPeer } from './wechat-peer.ts'

export interface WechatFixture {
  readonly wechat: WechatPay
  readonly primary: WechatPeer
  readonly backup: WechatPeer
  readonly merchant: TestMerchant
  readonly platform: PlatformKeys
  /** Pauses asked for between attempts; none is really waited for. */
  readonly pauses: readonly number[]
  readonly logs: ReadonlyArray<Readonly<Record<string, unknown>>>
  /** What {@link client} builds on; without `sleep`, so that pauses are real. */
  deps(limits?: HttpTransportOptions): WechatPayDeps
  /** Another client of the same two domains. */
  client(changes?: Partial<WechatPayDeps>, limits?: HttpTransportOptions): WechatPay
  close(): Promise<void>
}

// Key generation takes most of the time of a test file: once for all of its tests.
const merchant = makeMerchant()
const platform = makePlatformKeys()

export async function startWechat(): Promise<WechatFixture> {
  const [primary, backup] = await Promise.all([startPeer(), startPeer()])
  const pauses: number[] = []
  const logs: Array<Readonly<Record<string, unknown>>> = []
  const transports: Array<{ close(): void }> = []
  const deps = (limits: HttpTransportOptions = {}): WechatPayDeps => {
    const transport = createHttpTransport(limits)
    transports.push(transport)
    return {
      mchid: merchant.mchid,
      apiUrls: [primary.origin, backup.origin],
      signer: async () => merchant.signer,
      keyRing: async () => platform.ring,
      apiV3Keys: async () => [merchant.apiV3Key],
      transport,
      clock: systemClock,
      logger: createLogger({
        clock: systemClock,
        minimum: 'debug',
        write: (line) => logs.push(JSON.parse(line) as Record<string, unknown>),
      }),
      random: () => 0.5,
    }
  }
  const sleep = async (ms: number) => {
    pauses.push(ms)
  }
  const client = (changes: Partial<WechatPayDeps> = {}, limits: HttpTransportOptions = {}): WechatPay =>
    createWechatPay({ ...deps(limits), sleep, ...changes })
  return {
    wechat: client(),
    primary,
    backup,
    merchant,
    platform,
    pauses,
    logs,
    deps,
    client,
    close: async () => {
      for (const transport of transports) transport.close()
      await Promise.all([primary.close(), backup.close()])
    },
  }
}

/** The ChannelError of a call that must fail. */
export async function wechatError(call: Promise<unknown>): Promise<ChannelError> {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error instanceof ChannelError) return error
  throw new Error('expected a ChannelError', { cause: error })
}

export const samplePrepay: PrepayBody = {
  appid: 'wxd678efh567hg6787',
  mchid: merchant.mchid,
  description: 'Image形象店-深圳腾大',
  out_trade_no: 'order-1',
  notify_url: 'https://example.com/wechatpay/notify/payment',
  amount: { total: fen(100), currency: 'CNY' },
}

/** What WeChat answers to {@link samplePrepay} by the native method. */
export const samplePrepaid = { code_url: 'weixin://wxpay/bizpayurl?pr=1' }
