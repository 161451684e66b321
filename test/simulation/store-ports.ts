/** The stores as one invocation sees them: each call is one atomic effect, watched once it is committed. */
import { AppError } from '#shared/errors.ts'
import { PENDING_SHARDS } from '#shared/facts/fact-store.ts'
import type { DueFactsPage, FactStore } from '#shared/facts/fact-store.ts'
import { dueShardOf } from '#shared/stores/order-item.ts'
import type { DuePage, OrderStore } from '#shared/orders/order-store.ts'
import { shardOf } from '#shared/stores/shard.ts'
import { READ_FAULTS, WRITE_FAULTS } from './faults.ts'
import type { Fault } from './faults.ts'
import type { Invocation, Point, Runtime } from './invocation.ts'
import type { State } from './state.ts'

export interface StorePorts {
  readonly orders: OrderStore
  readonly facts: FactStore
}

export const unavailable = () => new AppError('storage_unavailable')

const NO_ORDERS: DuePage = { due: [], more: false }
const NO_FACTS: DueFactsPage = { facts: [], more: false }

const shards = new Map<string, string>()

function shard(key: string, count: number): string {
  const known = shards.get(key)
  if (known !== undefined) return known
  const made = shardOf(key, count)
  shards.set(key, made)
  return made
}

export interface StorePortsOptions {
  readonly state: State
  readonly runtime: Runtime
  readonly now: () => number
  /** Whether an index answers as it did the last time. */
  readonly lags: () => boolean
}

export function storePorts(
  { state, runtime, now, lags }: StorePortsOptions,
  invocation: Invocation,
): StorePorts {
  const call = <Result>(label: string, faults: readonly Fault[], effect: () => Promise<Result>) => {
    const point: Point = { label, faults, error: unavailable }
    return runtime.call(invocation, point, effect)
  }
  const listing = async <Page>(
    label: string,
    { busy, empty }: { readonly busy: boolean; readonly empty: Page },
    list: () => Promise<Page>,
  ): Promise<Page> => {
    const last = state.listed.get(label) as Page | undefined
    const stale = last !== undefined && lags() ? last : undefined
    if (!busy) return stale ?? empty
    return call(label, READ_FAULTS, async () => {
      const fresh = await list()
      state.listed.set(label, fresh)
      return stale ?? fresh
    })
  }
  const { orders, facts, orderWatch, factWatch } = state

  // Reads of empty shards are all alike: the first stands for them.
  let due = { at: Number.NaN, shards: new Set<string>() }
  const ordersDue = (number: number, now: number) => {
    if (due.at !== now) {
      const orders = [...orderWatch.orders.values()].filter(
        ({ next_check_at: at }) => at !== undefined && at <= now,
      )
      due = { at: now, shards: new Set(orders.map(dueShardOf)) }
    }
    return number === 0 || due.shards.has(String(number))
  }
  const factsDue = (number: number, now: number) =>
    number === 0 ||
    [...factWatch.due].some(([key, due]) => due <= now && shard(key, PENDING_SHARDS) === String(number))

  return {
    orders: {
      get: (key) => call(`orders.get ${key}`, READ_FAULTS, () => orders.get(key)),
      save: (order) =>
        call(`orders.save ${order.order_key} v${order.version} ${order.status}`, WRITE_FAULTS, async () => {
          const saved = await orders.save(order)
          if (saved) orderWatch.saved(order)
          return saved
        }),
      claimRefundNumber: (mchid, number, key) =>
        call(`orders.claimRefundNumber ${number}`, WRITE_FAULTS, () =>
          orders.claimRefundNumber(mchid, number, key),
        ),
      releaseRefundNumber: (mchid, number, key) =>
        call(`orders.releaseRefundNumber ${number}`, WRITE_FAULTS, () =>
          orders.releaseRefundNumber(mchid, number, key),
        ),
      findByRefundNumber: (mchid, number) =>
        call(`orders.findByRefundNumber ${number}`, READ_FAULTS, () =>
          orders.findByRefundNumber(mchid, number),
        ),
      claim: (due, times) =>
        call(`orders.claim ${due.orderKey}`, WRITE_FAULTS, async () => {
          const claimed = await orders.claim(due, times)
          if (claimed !== undefined && 'order' in claimed) orderWatch.saved(claimed.order)
          return claimed
        }),
      putOff: (due, until) =>
        call(`orders.putOff ${due.orderKey}`, WRITE_FAULTS, () => orders.putOff(due, until)),
      listDue: (number, options) =>
        // How old the oldest of what is left is, decides nothing.
        options.limit === 1
          ? orders.listDue(number, options)
          : listing(
              `orders.listDue ${number}`,
              { busy: ordersDue(number, options.now), empty: NO_ORDERS },
              () => orders.listDue(number, options),
            ),
    },
    facts: {
      put: (fact) =>
        call(`facts.put ${fact.fact_key}`, WRITE_FAULTS, async () => {
          const put = await facts.put(fact)
          factWatch.recorded(fact.fact_key, invocation)
          if (put.stored) factWatch.stored(fact)
          return put
        }),
      get: (key) => call(`facts.get ${key}`, READ_FAULTS, () => facts.get(key)),
      markSettled: (key, at) =>
        call(`facts.markSettled ${key}`, WRITE_FAULTS, async () => {
          await facts.markSettled(key, at)
          factWatch.settled(key)
        }),
      listDue: (number, options) =>
        listing(`facts.listDue ${number}`, { busy: factsDue(number, options.now), empty: NO_FACTS }, () =>
          facts.listDue(number, options),
        ),
      oldestPending: (number) => facts.oldestPending(number),
      postpone: (fact, until) =>
        call(`facts.postpone ${fact.factKey}`, WRITE_FAULTS, async () => {
          const postponed = await facts.postpone(fact, until)
          if (postponed) factWatch.claimed(fact.factKey, { until, now: now() })
          else factWatch.claimLost(fact.factKey, invocation)
          return postponed
        }),
    },
  }
}
