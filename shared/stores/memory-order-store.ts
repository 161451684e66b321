/** Orders in memory, in the same stored form and with the same conditions as in DynamoDB; for tests and the simulation. */
import type { Item } from './dynamo.ts'
import {
  claimedFrom,
  claimIdOf,
  dueOrderOf,
  GIVEN_BACK,
  orderFromItem,
  orderToItem,
  pointerTarget,
  pointerToItem,
} from './order-item.ts'
import type { OrderForm } from '#shared/order-forms.ts'
import type { ReadFact } from './order-item.ts'
import { refundPointerKey } from '#shared/orders/order-key.ts'
import type { DueOrder, OrderStore } from '#shared/orders/order-store.ts'

interface MemoryOrderStoreOptions {
  /** What is in it. @default nothing */
  readonly stored?: Iterable<Item>
  /** The form that is written. @default 1 */
  readonly form?: OrderForm
  /** Reads the facts that an order of form 1 does not hold. @default none is there */
  readonly readFact?: ReadFact
}

/** Creates a store. What it returns is always a copy. */
export function createMemoryOrderStore({
  stored = [],
  form = 1,
  readFact = async () => undefined,
}: MemoryOrderStoreOptions = {}): OrderStore {
  const { items, set, inShard } = indexed(stored)
  let claims = 0
  const storedVersion = (orderKey: string) => Number(items.get(orderKey)?.['version']?.N ?? 0)
  const target = (pointerKey: string) => {
    const item = items.get(pointerKey)
    return item === undefined ? undefined : pointerTarget(item)
  }
  return {
    async get(orderKey) {
      const item = items.get(orderKey)
      return item === undefined ? undefined : orderFromItem(item, readFact)
    },
    async save(order) {
      if (storedVersion(order.order_key) !== order.version - 1) return false
      set(orderToItem(order, { writeId: 'memory', form }))
      return true
    },
    async claimRefundNumber(mchid, outRefundNo, orderKey, day) {
      const pointerKey = refundPointerKey(mchid, outRefundNo)
      const claimId = `claim-${(claims += 1)}`
      const holder = target(pointerKey) ?? orderKey
      if (holder === orderKey) set(pointerToItem(pointerKey, { target: orderKey, claimId, day }))
      return { holder, claimId }
    },
    async releaseRefundNumber(mchid, outRefundNo, claimId) {
      const pointerKey = refundPointerKey(mchid, outRefundNo)
      if (claimIdOf(items.get(pointerKey)) === claimId)
        set(pointerToItem(pointerKey, { target: GIVEN_BACK, claimId }))
    },
    async findByRefundNumber(mchid, outRefundNo) {
      return target(refundPointerKey(mchid, outRefundNo))
    },
    async listDue(shard, { now, limit, after }) {
      const due = inShard(shard)
        .filter((order) => order.dueAt <= now && (after === undefined || inOrder(after, order) < 0))
        .sort(inOrder)
      return { due: due.slice(0, limit), more: due.length > limit }
    },
    async claim({ orderKey, dueAt }, { now, until }) {
      const item = items.get(orderKey)
      if (item?.['next_check_at']?.N !== String(dueAt)) return undefined
      if (Number(item['claimed_until']?.N ?? 0) > now) return undefined
      claims += 1
      const claim = { claimed_until: { N: String(until) }, claim_id: { S: `claim-${claims}` } }
      const claimed = { ...item, ...claim, version: { N: String(storedVersion(orderKey) + 1) } }
      set(claimed)
      return claimedFrom(claimed, readFact)
    },
    async putOff({ orderKey, dueAt }, until) {
      const item = items.get(orderKey)
      if (item?.['next_check_at']?.N === String(dueAt)) set({ ...item, next_check_at: { N: String(until) } })
    },
  }
}

/** Items by key, and what the due index has of those in a shard: read when they are written, as a backlog is listed again and again. */
function indexed(stored: Iterable<Item>) {
  const items = new Map<string, Item>()
  const shards = new Map<string, Map<string, DueOrder>>()
  const shardOf = (item: Item | undefined) => shards.get(item?.['due_shard']?.S ?? '')
  const set = (item: Item) => {
    const key = item['order_key']?.S ?? ''
    const shard = item['due_shard']?.S
    shardOf(items.get(key))?.delete(key)
    items.set(key, item)
    if (shard === undefined) return
    if (!shards.has(shard)) shards.set(shard, new Map())
    shardOf(item)?.set(key, dueOrderOf(item))
  }
  for (const item of stored) set(item)
  return { items, set, inShard: (shard: number) => [...(shards.get(String(shard))?.values() ?? [])] }
}

/** As the index has them: by time, and by key where times are equal. */
function inOrder(one: DueOrder, other: DueOrder): number {
  return one.dueAt - other.dueAt || (one.orderKey < other.orderKey ? -1 : 1)
}
