/**
 * A second of payments after the other, played by chance: arrivals as Poisson has them, each function as long as one that was measured,
 * one pool of the account, and settle behind its queue. It knows nothing of the formulas that it checks.
 */
import { createHeap } from './heap.ts'
import type { Heap } from './heap.ts'

export interface Load {
  /** Payments a second. */
  readonly rate: number
  /** How many seconds are played. */
  readonly seconds: number
  /** Invocations of each function for a payment, those by HTTP. */
  readonly invocations: Readonly<Record<string, number>>
  /** Seconds that single invocations took; of settle, for one message. */
  readonly durations: Readonly<Record<string, readonly number[]>>
  /** Messages for settle for a payment. */
  readonly messages: number
}

export interface Quotas {
  /** Functions that the account runs at once. */
  readonly concurrency: number
  /** Of which settle at most. */
  readonly settle: number
  readonly batch: number
}

export interface Seen {
  readonly meanConcurrency: number
  readonly peakConcurrency: number
  /** Share of the calls by HTTP that found no place. */
  readonly refused: number
  /** Seconds that messages waited for settle: the 99th percentile, and of the last. */
  readonly waitP99: number
  readonly waiting: number
}

export type Random = () => number

interface Arrival {
  readonly at: number
  readonly of: string
}

const SETTLE = 'settle'

export function simulate(load: Load, quotas: Quotas, random: Random): Seen {
  const pool = createPool(load, quotas, random)
  for (const arrival of arrivalsOf(load, random)) pool.arrive(arrival)
  return pool.seen(load.seconds)
}

/** In order of time. */
function arrivalsOf({ rate, seconds, invocations, messages }: Load, random: Random): readonly Arrival[] {
  const flows = Object.entries({ ...invocations, [SETTLE]: messages })
  return flows
    .flatMap(([of, each]) => poisson(rate * each, seconds, random).map((at) => ({ at, of })))
    .sort((a, b) => a.at - b.at)
}

function poisson(rate: number, seconds: number, random: Random): readonly number[] {
  const times: number[] = []
  if (rate === 0) return times
  for (let at = gap(rate, random); at < seconds; at += gap(rate, random)) times.push(at)
  return times
}

function gap(rate: number, random: Random): number {
  return -Math.log(1 - random()) / rate
}

/** Each ending is `[time, whether of settle]`. */
function createPool({ durations }: Load, { concurrency, settle, batch }: Quotas, random: Random) {
  const endings: Heap<boolean> = createHeap()
  const queue: number[] = []
  const waits: number[] = []
  let [now, area, busy, busySettle, peak, refused, calls, taken] = [0, 0, 0, 0, 0, 0, 0, 0]

  function pass(to: number): void {
    area += busy * (to - now)
    now = to
  }
  function begin(seconds: number, ofSettle: boolean): void {
    busy += 1
    if (ofSettle) busySettle += 1
    peak = Math.max(peak, busy)
    endings.push(now + seconds, ofSettle)
  }
  function drawn(of: string): number {
    const all = durations[of] ?? []
    return all[Math.floor(random() * all.length)] ?? 0
  }
  function settleWhatWaits(): void {
    while (taken < queue.length && busySettle < settle && busy < concurrency) {
      const messages = queue.slice(taken, taken + batch)
      taken += messages.length
      waits.push(...messages.map((since) => now - since))
      // The messages of a batch run side by side: the slowest ends it.
      begin(Math.max(...messages.map(() => drawn(SETTLE))), true)
    }
  }
  function endUntil(time: number): void {
    for (let next = endings.peek(); next !== undefined && next <= time; next = endings.peek()) {
      pass(next)
      if (endings.pop()) busySettle -= 1
      busy -= 1
      settleWhatWaits()
    }
    pass(time)
  }
  return {
    arrive({ at, of }: Arrival): void {
      endUntil(at)
      if (of === SETTLE) queue.push(at)
      else {
        calls += 1
        if (busy < concurrency) begin(drawn(of), false)
        else refused += 1
      }
      settleWhatWaits()
    },
    seen(seconds: number): Seen {
      endUntil(seconds)
      const sorted = waits.toSorted((a, b) => a - b)
      return {
        meanConcurrency: area / seconds,
        peakConcurrency: peak,
        refused: calls === 0 ? 0 : refused / calls,
        waitP99: sorted[Math.floor(sorted.length * 0.99)] ?? 0,
        waiting: queue.length - taken,
      }
    },
  }
}
