/** In-memory ports for unit tests of the operations. */
import * as v from 'valibot'
import type { PaymentEvent } from '#shared/events/payment-event.ts'
import { createMemoryFactStore } from '#shared/stores/memory-fact-store.ts'
import type { Conclusion } from '#shared/log.ts'
import type { MetricName } from '#shared/metrics.ts'
import { createMemoryOrderStore } from '#shared/stores/memory-order-store.ts'
import type { Pause } from '#shared/pause.ts'
import { refundRulesSchema } from '#shared/refund-rules.ts'
import type { Switch } from '#shared/switches.ts'
import type { Order } from '#shared/orders/order.ts'
import { memoryCounts } from './memory-counts.ts'
import { MCHID, NOW } from './orders.ts'

export function aWorld(start = NOW) {
  const time = { now: start }
  const dispatched: string[] = []
  const measured: Array<[MetricName, number]> = []
  const published: PaymentEvent[] = []
  const logged: Array<{ level: string; code: string; fields: object }> = []
  const log = (base: object) => {
    const at =
      (level: string) =>
      (code: string, fields: object = {}) =>
        void logged.push({ level, code, fields: { ...base, ...fields } })
    return {
      debug: at('debug'),
      info: at('info'),
      warn: at('warn'),
      error: at('error'),
      conclude: ({ level, code, about, fields, answer }: Conclusion) =>
        at(level)(code, { ...about, ...fields, ...answer }),
      with: (fields: object) => log({ ...base, ...fields }),
    }
  }
  const orders = createMemoryOrderStore()
  const switchedOn = new Set<Switch>()
  return {
    mchid: MCHID,
    noticeTypes: new Map(),
    time,
    clock: { now: () => time.now },
    pause: (async () => {}) as Pause,
    /** Nobody else is at work. */
    turn: { take: async () => async () => {} },
    orders,
    /** What is in it is on. */
    switchedOn,
    /** No refund waits for people. */
    rules: v.parse(refundRulesSchema(), {}),
    counts: memoryCounts(),
    pauseRefunds: async () => void switchedOn.add('refunds'),
    switches: { isOn: async (name: Switch) => switchedOn.has(name) },
    facts: createMemoryFactStore(),
    dispatched,
    dispatcher: { dispatch: async (key: string) => void dispatched.push(key) },
    published,
    publisher: { publish: async (event: PaymentEvent) => void published.push(event) },
    logged,
    logger: log({}),
    measured,
    metrics: { put: (name: MetricName, value = 1) => void measured.push([name, value]) },
    /** Puts an order as if it had been written before, at whatever version it says. */
    async given(order: Order) {
      for (let version = 1; version <= order.version; version += 1) await orders.save({ ...order, version })
      return order
    },
  }
}

export type World = ReturnType<typeof aWorld>
