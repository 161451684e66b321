/** Orders in memory, in the same stored form and with the same conditions as in DynamoDB; for tests and the simulation. */
import type { Item } from './dynamo.ts'
import { orderFromItem, orderToItem, pointerTarget, pointerToItem } from './order-item.ts'
import { refundPointerKey } from '#shared/orders/order-key.ts'
import type { OrderStore } from '#shared/orders/order-store.ts'

/** Creates an empty store. What it returns is always a copy. */
export function createMemoryOrderStore(): OrderStore {
  const items = new Map<string, Item>()
  const storedVersion = (orderKey: string) => Number(items.get(orderKey)?.['version']?.N ?? 0)
  const target = (pointerKey: string) => {
    const item = items.get(pointerKey)
    return item === undefined ? undefined : pointerTarget(item)
  }
  return {
    async get(orderKey) {
      const item = items.get(orderKey)
      return item === undefined ? undefined : orderFromItem(item)
    },
    async save(order) {
      if (storedVersion(order.order_key) !== order.version - 1) return false
      items.set(order.order_key, orderToItem(order, 'memory'))
      return true
    },
    async claimRefundNumber(mchid, outRefundNo, orderKey) {
      const pointerKey = refundPointerKey(mchid, outRefundNo)
      if (!items.has(pointerKey)) items.set(pointerKey, pointerToItem(pointerKey, orderKey))
      return target(pointerKey) ?? orderKey
    },
    async findByRefundNumber(mchid, outRefundNo) {
      return target(refundPointerKey(mchid, outRefundNo))
    },
    async listDue(shard, { now, limit }) {
      const due = [...items.entries()]
        .filter(([, item]) => item['due_shard']?.S === String(shard))
        .map(([orderKey, item]) => ({ orderKey, at: Number(item['next_check_at']?.N) }))
        .filter(({ at }) => at <= now)
        .sort((a, b) => a.at - b.at)
      return { orderKeys: due.slice(0, limit).map(({ orderKey }) => orderKey), more: due.length > limit }
    },
  }
}
