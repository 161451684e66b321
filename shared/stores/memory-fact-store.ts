/** Facts in memory, in the same stored form and with the same conditions as in DynamoDB; for tests and the simulation. */
import type { Item } from './dynamo.ts'
import { dueFactOf, EXPIRY_ATTRIBUTE, expiryOf, factAbsent, factFromItem, factToItem } from './fact-item.ts'
import type { FactStore } from '#shared/facts/fact-store.ts'

/** Creates an empty store. What it returns is always a copy. */
export function createMemoryFactStore(): FactStore {
  const items = new Map<string, Item>()
  return {
    async put(fact) {
      const existing = items.get(fact.fact_key)
      if (existing !== undefined) return { stored: false, existing: factFromItem(existing) }
      items.set(fact.fact_key, factToItem(fact))
      return { stored: true }
    },
    async get(factKey) {
      const item = items.get(factKey)
      return item === undefined ? undefined : factFromItem(item)
    },
    async markSettled(factKey, at, keep) {
      const stored = items.get(factKey)
      if (stored === undefined) throw factAbsent()
      const { pending_shard: _shard, dispatch_due_at: _dueAt, ...rest } = stored
      const { traceparent: _trace, caller_request_id: _request, ...item } = rest
      const expiry = keep === undefined ? {} : { [EXPIRY_ATTRIBUTE]: expiryOf(keep.until) }
      items.set(factKey, { settled_at: { N: String(at) }, ...expiry, ...item })
    },
    async listDue(shard, { now, limit }) {
      const due = [...items.values()]
        .filter((item) => item['pending_shard']?.S === String(shard))
        .map(dueFactOf)
        .filter(({ dueAt }) => dueAt <= now)
        .sort((a, b) => a.dueAt - b.dueAt)
      return { facts: due.slice(0, limit), more: due.length > limit }
    },
    async oldestPending(shard) {
      const times = [...items.values()]
        .filter((item) => item['pending_shard']?.S === String(shard))
        .map((item) => dueFactOf(item).receivedAt)
      return times.length === 0 ? undefined : Math.min(...times)
    },
    async postpone({ factKey, dueAt }, until) {
      const item = items.get(factKey)
      if (item?.['dispatch_due_at']?.N !== String(dueAt)) return false
      items.set(factKey, { ...item, dispatch_due_at: { N: String(until) } })
      return true
    },
  }
}
