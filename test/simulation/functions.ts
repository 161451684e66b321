/** Our functions: the real operations in containers that handle one invocation at a time and keep their caches between two. */
import * as v from 'valibot'
import type { KeyObject } from 'node:crypto'
import type { SQSClient } from '@aws-sdk/client-sqs'
import { OPERATION_SETTINGS } from '#infra/operations/operations.ts'
import { createNotify, RELOAD_AFTER_MS } from '#functions/notify/notify.ts'
import type { Delivery } from '#functions/notify/notify.ts'
import { createRotateCerts } from '#functions/rotate-certs/rotate-certs.ts'
import { parseFactMessage } from '#functions/settle/schema.ts'
import { createSettle } from '#functions/settle/settle.ts'
import { createSweep } from '#functions/sweep/sweep.ts'
import type { Operation } from '#shared/operations.ts'
import { MAX_STALE_MS, TTL_MS } from '#shared/secrets/secret-source.ts'
import { AWS_CALL_MS, BACKGROUND_RESERVE_MS } from '#shared/time-limits.ts'
import { createCachedValue } from '#shared/cached-value.ts'
import type { CachedValue } from '#shared/cached-value.ts'
import { createSqsKeyRefresh } from '#shared/aws/sqs-key-refresh.ts'
import type { Dispatcher } from '#shared/facts/dispatcher.ts'
import type { PaymentEvent } from '#shared/events/payment-event.ts'
import type { Logger } from '#shared/log.ts'
import type { Metrics } from '#shared/metrics.ts'
import type { PaymentCounts, RefundCounts } from '#shared/refund-counts.ts'
import { refundRulesSchema } from '#shared/refund-rules.ts'
import type { RefundRules } from '#shared/refund-rules.ts'
import type { Switches } from '#shared/switches.ts'
import type { OrderForm } from '#shared/order-forms.ts'
import type { KeyRefresh } from '#shared/wechat/trust/key-refresh.ts'
import type { KeyRing } from '#shared/wechat/trust/key-ring.ts'
import type { WechatPay } from '#shared/wechat/wechat-pay.ts'
import { APPID, MCHID } from '#test/support/orders.ts'
import { memoryCounts } from '#test/support/memory-counts.ts'
import { READ_FAULTS, WRITE_FAULTS } from './faults.ts'
import type { Ended, Invocation, Runtime } from './invocation.ts'
import type { Keys } from './keys.ts'
import type { State } from './state.ts'
import { createSweepWire, NO_TURN, signalAt } from './sweep-wire.ts'
import type { SweepWire } from './sweep-wire.ts'
import { storePorts, unavailable } from './store-ports.ts'
import type { StorePorts } from './store-ports.ts'
import { wechatPort } from './wechat-port.ts'
import { watchTellings } from './sweep-tellings.ts'
import type { WechatPortOptions } from './wechat-port.ts'

/** No refund waits for people. */
const RULES = v.parse(refundRulesSchema(), {})
const AWS_WRITE = { faults: WRITE_FAULTS, error: unavailable, limitMs: AWS_CALL_MS }

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
  readonly channel: WechatPay
}

interface Container {
  readonly form: OrderForm
  readonly wire: SweepWire
  invocation: Invocation | undefined
  readonly keyRing: CachedValue<KeyRing>
  readonly apiV3Keys: CachedValue<readonly KeyObject[]>
  readonly keyRefresh: KeyRefresh
}

export interface FunctionsOptions {
  readonly state: State
  readonly keys: Keys
  readonly runtime: Runtime
  readonly clock: { readonly now: () => number }
  readonly logger: Logger
  readonly wechat: Pick<WechatPortOptions, 'model' | 'delays' | 'away'>
  /** Whether reading secrets is a port call, or they are at hand. */
  readonly secretsFail: boolean
  /** Whether sweeps take turns. */
  readonly turns: boolean
  readonly indexLags: () => boolean
  /** In which a new container writes orders. */
  readonly form: () => OrderForm
  readonly send: (factKey: string) => void
  readonly requestRefresh: (deduplicationId: string) => void
}

export type Functions = ReturnType<typeof createFunctions>

export function createFunctions(options: FunctionsOptions) {
  const { state, keys, runtime, clock, logger } = options
  const idle = new Map<Operation, Container[]>()

  const write = (invocation: Invocation, label: string, effect: () => void) =>
    runtime.call(invocation, { ...AWS_WRITE, label }, async () => effect())
  const read = <Value>(container: Container, label: string, value: () => Value): Promise<Value> =>
    options.secretsFail
      ? runtime.call(
          container.invocation!,
          { label: `secrets.get ${label}`, faults: READ_FAULTS, error: unavailable },
          async () => value(),
        )
      : Promise.resolve(value())

  function createContainer(): Container {
    const cached = <Value>(label: string, value: () => Value) =>
      createCachedValue({
        load: () => read(container, label, value),
        clock,
        random: () => 0.5,
        ttlMs: TTL_MS,
        maxStaleMs: MAX_STALE_MS,
        onStale: () => {},
      })
    const send = ({ input }: { input: { MessageDeduplicationId?: string } }) =>
      write(container.invocation!, 'keyRefresh.request', () =>
        options.requestRefresh(input.MessageDeduplicationId ?? ''),
      )
    const container: Container = {
      form: options.form(),
      wire: createSweepWire(state, {
        clock,
        pause: (milliseconds) => runtime.pause(container.invocation!, milliseconds),
      }),
      invocation: undefined,
      keyRing: cached('platform-keys', () => keys.ring(state.secrets.platform.records)),
      apiV3Keys: cached('apiv3-key', () =>
        state.secrets.apiV3.map((generation) => keys.apiV3Keys[generation]!),
      ),
      keyRefresh: createSqsKeyRefresh({
        client: { send } as unknown as SQSClient,
        queueUrl: '',
        clock,
        logger,
      }),
    }
    return container
  }

  function portsOf(container: Container, invocation: Invocation): Ports {
    const { factWatch } = state
    return {
      ...storePorts(
        {
          state,
          runtime,
          now: clock.now,
          lags: options.indexLags,
          newId: state.newId,
          form: container.form,
        },
        invocation,
      ),
      mchid: MCHID,
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
          write(invocation, `queue.send ${factKey}`, () => {
            factWatch.sent(factKey, invocation)
            options.send(factKey)
          }),
      },
      publisher: {
        publish: (event) =>
          write(invocation, `topic.publish ${event.type} ${event.id}`, () => {
            factWatch.publishedNow(event)
          }),
      },
      channel: wechatPort(
        { ...options.wechat, state, keys, runtime, now: clock.now, keyRing: () => container.keyRing.get() },
        invocation,
      ),
    }
  }

  async function run<Result>(
    name: Operation,
    work: (ports: Ports, container: Container) => Promise<Result>,
  ): Promise<Ended<Result>> {
    const containers = idle.get(name) ?? []
    idle.set(name, containers)
    const container = containers.pop() ?? createContainer()
    const ended = await runtime.invoke(name, OPERATION_SETTINGS[name].timeoutMs, (invocation) => {
      container.invocation = invocation
      return work(portsOf(container, invocation), container)
    })
    if (ended.kind !== 'crashed') containers.push(container)
    return ended
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
    settle: (body: string) => run('settle', (ports) => createSettle(ports)(parseFactMessage(body) ?? '')),
    sweep: () =>
      run('sweep', (given, { invocation, wire }) => {
        const { watched, checked } = watchTellings(given, state.violations)
        const ports = { ...given, ...watched }
        const end = (invocation?.deadline ?? 0) - BACKGROUND_RESERVE_MS
        if (options.turns) {
          const run = new AbortController()
          void ports.pause(end - clock.now()).then(() => run.abort())
          const limited = { channels: { wechat: wire.limited(ports.channel, run.signal) }, turn: wire.turn }
          return checked(createSweep({ ...ports, ...limited })({ signal: run.signal }))
        }
        const free = { channels: { wechat: ports.channel }, turn: NO_TURN }
        return checked(createSweep({ ...ports, ...free })({ signal: signalAt(clock, end) }))
      }),
    rotateCerts: () =>
      run('rotate-certs', (ports, container) => {
        let loaded = 0
        return createRotateCerts({
          ...ports,
          wechat: ports.channel,
          merchantCertificate: async () => undefined,
          load: () =>
            read(container, 'platform-keys', () => {
              loaded = state.secrets.platform.version
              return state.secrets.platform.records
            }),
          save: (records) =>
            write(container.invocation!, 'secrets.put platform-keys', () => {
              if (state.secrets.platform.version !== loaded) throw unavailable()
              state.secrets.platform = { version: loaded + 1, records }
            }),
        })({})
      }),
  }
}
