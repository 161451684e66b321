/** Facts in memory, in the same stored form and with the same conditions as in DynamoDB; for tests and the simulation. */
import type { Item } from '#shared/aws/dynamo.ts'
import { factAbsent, factFromItem, factToItem } from './fact-item.ts'
import type { FactStore } from './fact-store.ts'

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
    async markSettled(factKey, at) {
      const stored = items.get(factKey)
      if (stored === undefined) throw factAbsent()
      const { pending_shard: _shard, pending_since: _since, ...item } = stored
      items.set(factKey, { settled_at: { N: String(at) }, ...item })
    },
    async listPending(shard, { before, limit }) {
      const pending = [...items.entries()]
        .filter(([, item]) => item['pending_shard']?.S === String(shard))
        .map(([factKey, item]) => ({ factKey, since: Number(item['pending_since']?.N) }))
        .filter(({ since }) => since <= before)
        .sort((a, b) => a.since - b.since)
      return { factKeys: pending.slice(0, limit).map(({ factKey }) => factKey), more: pending.length > limit }
    },
  }
}
