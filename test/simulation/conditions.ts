/** The weather of a run: how slow, how often twice, how long WeChat helps. Calm for exhaustive runs, drawn for random ones. */
import { ORDER_FORMS } from '#shared/order-forms.ts'
import type { OrderForm } from '#shared/order-forms.ts'
import type { Prng } from './prng.ts'
import type { RefundScript } from './wechat-model.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND

export interface Conditions {
  /** From a port call to its effect. */
  readonly latency: () => number
  /** From the queue taking a message to its receipt. */
  readonly queueDelay: () => number
  /** How many copies of a message or notification arrive. */
  readonly copies: () => number
  /** Moves a scripted time. */
  readonly vary: (milliseconds: number) => number
  /** Whether EventBridge starts the sweep twice. */
  readonly doubleSweep: () => boolean
  /** Whether a merchant repeats a request that failed. */
  readonly repeats: () => boolean
  /** Whether a merchant sends a request twice at once. */
  readonly doubles: () => boolean
  /** A number of a scenario: the lowest in calm runs. */
  readonly draw: (low: number, high: number) => number
  /** Whether an index answers as it did the last time. */
  readonly lags: () => boolean
  /** In which a new container writes orders: while a release goes out, or comes back, there are both. */
  readonly form: () => OrderForm
  /** What becomes of a refund, given what the scenario says. */
  readonly fate: (script: RefundScript) => RefundScript
  /** How long WeChat's queries know nothing of what is new, ms. */
  readonly wechatLagMs: number
  /** Whether WeChat probes before it notifies. */
  readonly probes: () => boolean
  /** How long WeChat sends notifications, from the start of the run. */
  readonly helpMs: number
  readonly faultRate: number
  /** Faults stop then, from the start of the run. */
  readonly faultsMs: number
}

export function calm(helpMs = 20 * SECOND): Conditions {
  let containers = 0
  return {
    latency: () => 10,
    queueDelay: () => 20,
    copies: () => 1,
    vary: (milliseconds) => milliseconds,
    doubleSweep: () => false,
    repeats: () => true,
    doubles: () => false,
    draw: (low) => low,
    lags: () => false,
    form: () => ORDER_FORMS[(containers += 1) % ORDER_FORMS.length]!,
    fate: (script) => script,
    wechatLagMs: 0,
    probes: () => false,
    helpMs,
    faultRate: 0,
    faultsMs: 0,
  }
}

const FATES: readonly RefundScript[] = [
  [['SUCCESS', 1000]],
  [['SUCCESS', 20 * MINUTE]],
  [['CLOSED', 1000]],
  [['CLOSED', 90 * MINUTE]],
  [
    ['ABNORMAL', 1000],
    ['SUCCESS', 1000],
  ],
  [
    ['ABNORMAL', 1000],
    ['CLOSED', 20 * MINUTE],
  ],
]

export function drawn(prng: Prng): Conditions {
  const slowness = prng.pick([0, 0, 0.02, 0.1])
  const spread = prng.pick([5, 50, 500])
  const twice = prng.pick([0, 0.1, 0.5])
  const late = prng.pick([0, 0.2])
  const wild = prng.chance(0.3)
  const patience = prng.pick([0.5, 1])
  const probing = prng.pick([0, 0.3])
  const forms = prng.pick<readonly OrderForm[]>([[1], [2], ORDER_FORMS])
  const lagging = prng.pick([0, 0, 0.3])
  return {
    latency: () => (prng.chance(slowness) ? prng.between(500, 8 * SECOND) : prng.between(1, spread)),
    queueDelay: () => (prng.chance(late) ? prng.between(SECOND, 90 * SECOND) : prng.between(5, 200)),
    copies: () => (prng.chance(twice) ? prng.between(2, 3) : 1),
    vary: (milliseconds) => (wild ? prng.between(0, milliseconds * 3) : prng.between(0, milliseconds * 1.2)),
    doubleSweep: () => prng.chance(twice),
    repeats: () => prng.chance(patience),
    doubles: () => prng.chance(twice / 3),
    draw: (low, high) => prng.between(low, high),
    lags: () => prng.chance(lagging),
    form: () => prng.pick(forms),
    fate: (script) => (prng.chance(0.6) ? script : prng.pick(FATES)),
    wechatLagMs: prng.pick([0, 0, 500, 3 * SECOND]),
    probes: () => prng.chance(probing),
    helpMs: prng.pick([0, 10 * SECOND, 2 * MINUTE, 30 * MINUTE, 30 * 60 * MINUTE]),
    faultRate: prng.pick([0, 0.02, 0.1, 0.3]),
    faultsMs: prng.pick([5 * SECOND, MINUTE, 10 * MINUTE, 60 * MINUTE]),
  }
}
