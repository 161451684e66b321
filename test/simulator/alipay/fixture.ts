/** A simulator with Alipay, the product's own channel pointed at it, and a merchant who is notified. */
import { createAlipayChannel } from '#shared/alipay/alipay-channel.ts'
import type { AlipayChannel, AlipayDeps } from '#shared/alipay/alipay-channel.ts'
import { loadAppSigner } from '#shared/alipay/app-signer.ts'
import { createAlipayKeyRing } from '#shared/alipay/key-ring.ts'
import { createNotificationChannel } from '#shared/alipay/notification.ts'
import { systemClock } from '#shared/clock.ts'
import { createHttpTransport } from '#shared/http/http-transport.ts'
import { silentLogger } from '#shared/log.ts'
import { fen } from '#shared/money.ts'
import type { NotificationChannel } from '#shared/orders/notification-channel.ts'
import type { PrepayBody } from '#shared/orders/payment-channel.ts'
import type { AlipayOnShow } from '#simulator/alipay/on-show.ts'
import type { AlipayOptions } from '#simulator/alipay/options.ts'
import { startSimulator } from '#simulator/simulator.ts'
import type { Simulator } from '#simulator/simulator.ts'
import { startReceiver } from '#test/simulator/support/receiver.ts'
import type { Receiver } from '#test/simulator/support/receiver.ts'

export const APP_ID = '2021001161683774'

export interface AlipayWorld {
  readonly simulator: Simulator
  readonly show: AlipayOnShow
  readonly alipay: AlipayChannel
  readonly notices: NotificationChannel
  readonly receiver: Receiver
  /** What the channel is made of. */
  readonly deps: AlipayDeps
  make(deps?: Partial<AlipayDeps>): AlipayChannel
  body(outTradeNo: string, more?: Partial<PrepayBody>): PrepayBody
  /** An order by code, paid. */
  paid(outTradeNo: string, more?: Partial<PrepayBody>): Promise<void>
  stop(): Promise<void>
}

export async function startAlipayWorld(options: Partial<AlipayOptions> = {}): Promise<AlipayWorld> {
  const receiver = await startReceiver()
  receiver.respond = (response) => response.writeHead(200).end('success')
  const simulator = await startSimulator({
    mchid: '1900000100',
    appids: ['wx0123456789abcdef'],
    timers: 'manual',
    notifyTimeoutMs: 500,
    alipay: { appId: APP_ID, ...options },
  })
  const show = simulator.alipay
  if (show === undefined) throw new Error('Alipay was asked for')
  const transport = createHttpTransport()
  const account = `alipay:${APP_ID}`
  const ring = () => {
    const { mode, alipay_public_key_pem, alipay_certificate_pem } = show.keys()
    return createAlipayKeyRing([
      mode === 'certificate'
        ? { kind: 'certificate', pem: alipay_certificate_pem }
        : { kind: 'public_key', pem: alipay_public_key_pem },
    ])
  }
  const signer = () => {
    const { mode, app_private_key_pem: private_key, ...pem } = show.keys()
    const certificates = {
      app_certificate: pem.app_certificate_pem,
      root_certificate: pem.root_certificate_pem,
    }
    return loadAppSigner({ private_key, ...(mode === 'certificate' ? certificates : {}) })
  }
  const own: AlipayDeps = {
    appId: APP_ID,
    account,
    gatewayUrl: show.gatewayUrl,
    signer: async () => signer(),
    keyRing: async () => ring(),
    transport,
    clock: systemClock,
    logger: silentLogger,
    sleep: async () => {},
  }
  const make = (deps: Partial<AlipayDeps> = {}) => createAlipayChannel({ ...own, ...deps })
  const alipay = make()
  const body = (out_trade_no: string, more: Partial<PrepayBody> = {}): PrepayBody => ({
    appid: APP_ID,
    mchid: account,
    description: '语雀空间',
    out_trade_no,
    notify_url: receiver.url,
    amount: { total: fen(8880), currency: 'CNY' },
    ...more,
  })
  return {
    simulator,
    show,
    alipay,
    deps: own,
    make,
    receiver,
    body,
    notices: createNotificationChannel({
      appId: APP_ID,
      account,
      sellerId: show.sellerId,
      keyRing: async () => ring(),
      clock: systemClock,
    }),
    async paid(outTradeNo, more) {
      await alipay.prepay('precreate', body(outTradeNo, more))
      await show.control.pay({ out_trade_no: outTradeNo })
    },
    async stop() {
      transport.close()
      await simulator.stop()
      await receiver.stop()
    },
  }
}
