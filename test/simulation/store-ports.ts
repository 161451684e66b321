/** The stores as one invocation sees them: the real ones, over a DynamoDB that fails on its way; watched where a write is committed. */
import { orderFact } from '#shared/facts/fact.ts'
import { AppError } from '#shared/errors.ts'

import type { DueFactsPage, FactStore } from '#shared/facts/fact-store.ts'
import { createDynamoFactStore } from '#shared/stores/dynamo-fact-store.ts'
import { createDynamoOrderStore } from '#shared/stores/dynamo-order-store.ts'
import type { OrderForm } from '#shared/order-forms.ts'
import type { Order } from '#shared/orders/order.ts'
import { untoldBefore, untoldOf } from '#shared/orders/untold.ts'
import { paymentFactKey } from '#shared/facts/fact-key.ts'
import type { DuePage, OrderStore } from '#shared/orders/order-store.ts'
import { AWS_CALL_MS } from '#shared/time-limits.ts'
import { clientOf } from './dynamo-model.ts'
import type { Item } from './dynamo-expressions.ts'
import { READ_FAULTS, REPEATED_WRITE_FAULTS } from './faults.ts'
import type { Invocation, Runtime } from './invocation.ts'
import type { State } from './state.ts'

export interface StorePorts {
  readonly orders: OrderStore
  readonly facts: FactStore
}

export const unavailable = () => new AppError('storage_unavailable')
/** As the SDK's client fails: the stores make their own error of it. */
const timedOut = () => Object.assign(new Error('no answer'), { name: 'TimeoutError' })

const NO_ORDERS: DuePage = { due: [], more: false }
const NO_FACTS: DueFactsPage = { facts: [], more: false }

export interface StorePortsOptions {
  readonly state: State
  readonly runtime: Runtime
  readonly now: () => number
  /** Whether an index answers as it did the last time. */
  readonly lags: () => boolean
  /** Names writes and claims. */
  readonly newId: () => string
  /** In which orders are written. */
  readonly form: OrderForm
}

/** What a store is about to send. */
interface Sending {
  readonly label: string
  readonly writes?: boolean
  /** The write was made. */
  readonly committed?: () => void
}

export function storePorts(
  { state, runtime, now, lags, newId, form }: StorePortsOptions,
  invocation: Invocation,
): StorePorts {
  let next: Sending = { label: '' }
  const client = clientOf((request) => {
    const { label, writes = false, committed } = next
    const faults = writes ? REPEATED_WRITE_FAULTS : READ_FAULTS
    return runtime.call(invocation, { label, faults, error: timedOut, limitMs: AWS_CALL_MS }, async () => {
      const answer = state.dynamo.execute(request)
      committed?.()
      return answer
    })
  })
  /** A store sends its request before it first waits. */
  const sending = <Result>(what: Sending, send: () => Promise<Result>): Promise<Result> => {
    next = what
    return send()
  }
  const facts = createDynamoFactStore({ client, tableName: 'facts', newClaimId: newId })
  const orders = createDynamoOrderStore({
    client,
    tableName: 'orders',
    form,
    newWriteId: newId,
    readFact: async (key) => orderFact(await sending({ label: `facts.get ${key}` }, () => facts.get(key))),
  })
  const listing = async <Page>(
    label: string,
    { busy, empty }: { readonly busy: boolean; readonly empty: Page },
    list: () => Promise<Page>,
  ): Promise<Page> => {
    const last = state.listed.get(label) as Page | undefined
    const stale = last !== undefined && lags() ? last : undefined
    if (!busy) return stale ?? empty
    const fresh = await sending({ label }, list)
    state.listed.set(label, fresh)
    return stale ?? fresh
  }
  /** A write that was made, and that nobody has written over since, is never told as one that was not. */
  const own = async <Result>(
    { label, item }: { readonly label: string; readonly item: () => Item | undefined },
    write: (committed: () => void) => Promise<Result>,
    isLost: (result: Result) => boolean,
  ): Promise<Result> => {
    let made: Item | undefined
    const result = await write(() => (made = item()))
    if (made !== undefined && made === item() && isLost(result)) state.violations.report('I12', label)
    return result
  }
  const { dynamo, factWatch, orderWatch } = state

  const watchSave = (order: Order) => {
    const { mchid, out_trade_no: number } = order
    const reused = order.books.ours.asked?.reused_at ?? 0
    const told = state.storedAt.get(paymentFactKey(mchid, number, 'SUCCESS')) ?? Infinity
    if (told < reused) state.violations.report('I15', number)
    for (const [key, { told, changes }] of Object.entries(order.handled))
      if (told === true && changes.length > 0 && !factWatch.published.has(key))
        state.violations.report('I7', `${key} is noted as published and is not`)
    for (const key of untoldBefore(order, Infinity)) {
      const untold = untoldOf(order, key)
      if (untold !== undefined && !factWatch.isMarked(key)) factWatch.marked(untold.fact)
    }
    orderWatch.saved(order)
  }
  // Reads of empty shards are all alike: the first stands for them.
  const ordersDue = (shard: number, until: number) =>
    shard === 0 || dynamo.orders.inShard(shard).some((item) => Number(item['next_check_at']?.N) <= until)
  const factsDue = (shard: number, until: number) =>
    shard === 0 || dynamo.facts.inShard(shard).some((item) => Number(item['dispatch_due_at']?.N) <= until)

  return {
    orders: {
      get: (key) => sending({ label: `orders.get ${key}` }, () => orders.get(key)),
      save(order) {
        const label = `orders.save ${order.order_key} v${order.version} ${order.status}`
        return own(
          { label, item: () => dynamo.orders.items.get(order.order_key) },
          (made) =>
            sending({ label, writes: true, committed: () => (made(), watchSave(order)) }, () =>
              orders.save(order),
            ),
          (saved) => !saved,
        )
      },
      claimRefundNumber: (mchid, number, key, day) =>
        sending({ label: `orders.claimRefundNumber ${number}`, writes: true }, () =>
          orders.claimRefundNumber(mchid, number, key, day),
        ),
      releaseRefundNumber: (mchid, number, key) =>
        sending({ label: `orders.releaseRefundNumber ${number}`, writes: true }, () =>
          orders.releaseRefundNumber(mchid, number, key),
        ),
      findByRefundNumber: (mchid, number) =>
        sending({ label: `orders.findByRefundNumber ${number}` }, () =>
          orders.findByRefundNumber(mchid, number),
        ),
      claim(due, times) {
        const label = `orders.claim ${due.orderKey}`
        return own(
          { label, item: () => dynamo.orders.items.get(due.orderKey) },
          (committed) => sending({ label, writes: true, committed }, () => orders.claim(due, times)),
          (claimed) => claimed === undefined,
        )
      },
      putOff: (due, until) =>
        sending({ label: `orders.putOff ${due.orderKey}`, writes: true }, () => orders.putOff(due, until)),
      listDue(shard, options) {
        const page = { busy: ordersDue(shard, options.now), empty: NO_ORDERS }
        // How old the oldest of what is left is, decides nothing.
        if (options.limit === 1)
          return page.busy ? state.orders.listDue(shard, options) : Promise.resolve(NO_ORDERS)
        return listing(`orders.listDue ${shard}`, page, () => orders.listDue(shard, options))
      },
    },
    facts: {
      put(fact) {
        const { fact_key: key } = fact
        factWatch.recorded(key, invocation)
        const committed = () => {
          state.storedAt.set(key, now())
          if (fact.kind === 'notification') return
          factWatch.stored(fact)
          const closed = fact.kind === 'payment' && fact.state === 'CLOSED'
          if (closed && state.isPayable(fact.mchid, fact.out_trade_no)) state.violations.report('I21', key)
        }
        return sending({ label: `facts.put ${key}`, writes: true, committed }, () => facts.put(fact))
      },
      get: (key) => sending({ label: `facts.get ${key}` }, () => facts.get(key)),
      markSettled(key, at, keep) {
        const committed = () => factWatch.settled(key)
        return sending({ label: `facts.markSettled ${key}`, writes: true, committed }, () =>
          facts.markSettled(key, at, keep),
        )
      },
      listDue(shard, options) {
        const page = { busy: factsDue(shard, options.now), empty: NO_FACTS }
        return listing(`facts.listDue ${shard}`, page, () => facts.listDue(shard, options))
      },
      oldestPending: async (shard) =>
        dynamo.facts.inShard(shard).length === 0 ? undefined : state.facts.oldestPending(shard),
      async postpone(fact, until) {
        const { factKey } = fact
        const label = `facts.postpone ${factKey}`
        const claimed = await own(
          { label, item: () => dynamo.facts.items.get(factKey) },
          (made) => {
            const committed = () => (made(), factWatch.claimed(factKey, { until, now: now() }))
            return sending({ label, writes: true, committed }, () => facts.postpone(fact, until))
          },
          (result) => !result,
        )
        if (!claimed) factWatch.claimLost(factKey, invocation)
        return claimed
      },
    },
  }
}
