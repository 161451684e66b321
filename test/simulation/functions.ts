/** Our functions: the real operations in containers that handle one invocation at a time and keep their caches between two. */
import * as v from 'valibot'
import { OPERATION_SETTINGS } from '#infra/operations/operations.ts'
import { createNotifyAlipay } from '#functions/notify-alipay/notify-alipay.ts'
import { createNotify, RELOAD_AFTER_MS } from '#functions/notify/notify.ts'
import type { Delivery } from '#functions/notify/notify.ts'
import { createRotateCerts } from '#functions/rotate-certs/rotate-certs.ts'
import { parseFactMessage } from '#functions/settle/schema.ts'
import { createSettle } from '#functions/settle/settle.ts'
import type { DrivenChannel } from '#functions/sweep/drive-deps.ts'
import { createSweep } from '#functions/sweep/sweep.ts'
import { createNotificationChannel } from '#shared/alipay/notification.ts'
import type { Operation } from '#shared/operations.ts'
import { BACKGROUND_RESERVE_MS } from '#shared/time-limits.ts'
import type { Dispatcher } from '#shared/facts/dispatcher.ts'
import type { PaymentEvent } from '#shared/events/payment-event.ts'
import type { Logger } from '#shared/log.ts'
import type { Metrics } from '#shared/metrics.ts'
import type { Channels } from '#shared/orders/channels.ts'
import type { AlipayMethod, PaymentChannel } from '#shared/orders/payment-channel.ts'
import type { Provider } from '#shared/providers.ts'
import type { PaymentCounts, RefundCounts } from '#shared/refund-counts.ts'
import { refundRulesSchema } from '#shared/refund-rules.ts'
import type { RefundRules } from '#shared/refund-rules.ts'
import type { Switches } from '#shared/switches.ts'
import type { WechatPay } from '#shared/wechat/wechat-pay.ts'
import { APPID, MCHID } from '#test/support/orders.ts'
import { memoryCounts } from '#test/support/memory-counts.ts'
import { ALIPAY_ACCOUNT, ALIPAY_APP, ALIPAY_SELLER } from './alipay-app.ts'
import { alipayPort } from './alipay-port.ts'
import type { AlipayPortOptions } from './alipay-port.ts'
import { createContainer, readSecret, writeTo } from './container.ts'
import type { Container, ContainerOptions } from './container.ts'
import type { Ended, Invocation } from './invocation.ts'
import { NO_TURN, signalAt } from './sweep-wire.ts'
import { storePorts, unavailable } from './store-ports.ts'
import type { StorePorts } from './store-ports.ts'
import { wechatPort } from './wechat-port.ts'
import { watchTellings } from './sweep-tellings.ts'
import type { WechatPortOptions } from './wechat-port.ts'

/** No refund waits for people. */
const RULES = v.parse(refundRulesSchema(), {})
const ACCOUNTS: Readonly<Record<Provider, string>> = { wechat: MCHID, alipay: ALIPAY_ACCOUNT }

export interface Ports extends StorePorts {
  readonly mchid: string
  readonly clock: { readonly now: () => number }
  readonly pause: (milliseconds: number) => Promise<void>
  readonly switches: Switches
  readonly pauseRefunds: () => Promise<void>
  readonly rules: RefundRules
  readonly counts: RefundCounts & PaymentCounts
  readonly logger: Logger
  readonly metrics: Metrics
  readonly dispatcher: Dispatcher
  readonly publisher: { publish(event: PaymentEvent): Promise<void> }
  /** That of the account. */
  readonly channel: WechatPay | PaymentChannel<AlipayMethod>
  readonly wechat: WechatPay
  readonly alipay: PaymentChannel<AlipayMethod>
}

export interface FunctionsOptions extends ContainerOptions {
  readonly wechat: Pick<WechatPortOptions, 'model' | 'delays' | 'away'>
  readonly alipay: Pick<AlipayPortOptions, 'model' | 'delays' | 'away'>
  /** What the stage has. */
  readonly providers: readonly Provider[]
  /** Whether sweeps take turns. */
  readonly turns: boolean
  readonly indexLags: () => boolean
  readonly send: (factKey: string) => void
}

export type Functions = ReturnType<typeof createFunctions>

export function createFunctions(options: FunctionsOptions) {
  const { state, keys, runtime, clock, logger } = options
  const idle = new Map<Operation, Container[]>()

  function portsOf(container: Container, invocation: Invocation, provider: Provider): Ports {
    const { factWatch } = state
    const { now } = clock
    const keyRing = () => container.keyRing.get()
    const wechat = wechatPort({ ...options.wechat, state, keys, runtime, now, keyRing }, invocation)
    const alipay = alipayPort({ ...options.alipay, state, runtime, now }, invocation)
    const { form } = container
    const { indexLags: lags } = options
    return {
      ...storePorts({ state, runtime, now, lags, newId: state.newId, form }, invocation),
      mchid: ACCOUNTS[provider],
      clock,
      pause: (milliseconds) => runtime.pause(invocation, milliseconds),
      switches: { isOn: async () => false },
      pauseRefunds: async () => {},
      rules: RULES,
      counts: memoryCounts(),
      logger,
      metrics: { put: () => {} },
      dispatcher: {
        dispatch: (factKey) =>
          writeTo(options, invocation, {
            label: `queue.send ${factKey}`,
            effect: () => {
              factWatch.sent(factKey, invocation)
              options.send(factKey)
            },
          }),
      },
      publisher: {
        publish: (event) =>
          writeTo(options, invocation, {
            label: `topic.publish ${event.type} ${event.id}`,
            effect: () => factWatch.publishedNow(event),
          }),
      },
      channel: provider === 'wechat' ? wechat : alipay,
      wechat,
      alipay,
    }
  }

  async function run<Result>(
    name: Operation,
    work: (ports: Ports, container: Container) => Promise<Result>,
    provider: Provider = 'wechat',
  ): Promise<Ended<Result>> {
    const containers = idle.get(name) ?? []
    idle.set(name, containers)
    const container = containers.pop() ?? createContainer(options)
    const ended = await runtime.invoke(name, OPERATION_SETTINGS[name].timeoutMs, (invocation) => {
      container.invocation = invocation
      return work(portsOf(container, invocation, provider), container)
    })
    if (ended.kind !== 'crashed') containers.push(container)
    return ended
  }

  function channelsOf(port: (provider: Provider) => DrivenChannel): Channels<DrivenChannel> {
    return Object.fromEntries(options.providers.map((provider) => [provider, port(provider)]))
  }

  return {
    run,
    notify: (delivery: Delivery) =>
      run('notify', (ports, { keyRing, apiV3Keys, keyRefresh }) =>
        createNotify({
          ...ports,
          appids: [APPID],
          noticeTypes: new Map(),
          keyRing: () => keyRing.get(),
          reloadKeyRing: () => keyRing.refresh(RELOAD_AFTER_MS),
          keyRefresh,
          apiV3Keys: () => apiV3Keys.get(),
          reloadApiV3Keys: () => apiV3Keys.refresh(RELOAD_AFTER_MS),
        })(delivery, logger),
      ),
    notifyAlipay: (body: Buffer) =>
      run(
        'notify-alipay',
        (ports) =>
          createNotifyAlipay({
            ...ports,
            notifications: createNotificationChannel({
              appId: ALIPAY_APP,
              account: ALIPAY_ACCOUNT,
              sellerId: ALIPAY_SELLER,
              keyRing: async () => keys.alipayRing,
              clock,
            }),
          })({ body }, logger, {}),
        'alipay',
      ),
    settle: (body: string) => run('settle', (ports) => createSettle(ports)(parseFactMessage(body) ?? '')),
    sweep: () =>
      run('sweep', (given, { invocation, wire }) => {
        const { watched, checked } = watchTellings(given, state.violations)
        const ports = { ...given, ...watched }
        const end = (invocation?.deadline ?? 0) - BACKGROUND_RESERVE_MS
        if (options.turns) {
          const run = new AbortController()
          void ports.pause(end - clock.now()).then(() => run.abort())
          const channels = channelsOf((provider) => wire.limited(provider, ports[provider], run.signal))
          return checked(createSweep({ ...ports, channels, turn: wire.turn })({ signal: run.signal }))
        }
        const channels = channelsOf((provider) => ports[provider])
        return checked(createSweep({ ...ports, channels, turn: NO_TURN })({ signal: signalAt(clock, end) }))
      }),
    rotateCerts: () =>
      run('rotate-certs', (ports, container) => {
        let loaded = 0
        return createRotateCerts({
          ...ports,
          merchantCertificate: async () => undefined,
          load: () =>
            readSecret(options, container, {
              label: 'platform-keys',
              value: () => {
                loaded = state.secrets.platform.version
                return state.secrets.platform.records
              },
            }),
          save: (records) =>
            writeTo(options, container.invocation!, {
              label: 'secrets.put platform-keys',
              effect: () => {
                if (state.secrets.platform.version !== loaded) throw unavailable()
                state.secrets.platform = { version: loaded + 1, records }
              },
            }),
        })({})
      }),
  }
}
