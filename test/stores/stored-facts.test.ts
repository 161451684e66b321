import { describe, expect, it } from 'vitest'
import { conflictKey } from '#shared/facts/fact-key.ts'
import { conflictOf } from '#shared/facts/fact.ts'
import { factFromItem, factToItem } from '#shared/stores/fact-item.ts'
import { createMemoryFactStore } from '#shared/stores/memory-fact-store.ts'
import { shardOf } from '#shared/stores/shard.ts'
import { closedFact, NOW, paymentFact, refundFact } from '#test/support/orders.ts'

describe('a stored fact', () => {
  it('of a later form is refused by its kind and version, and one of another shape by its kind', () => {
    const item = factToItem(paymentFact())
    expect(() => factFromItem({ ...item, v: { N: '2' } })).toThrow(/fact.*2/)
    expect(() => factFromItem({ ...item, state: { S: 'ODD' } })).toThrow(/fact/)
  })

  it('of a conflict has a key of its own that begins with that of the fact', () => {
    const fact = paymentFact()
    const { fact_key, conflicts_with } = conflictOf(fact)
    expect(conflicts_with).toBe(fact.fact_key)
    expect(fact_key).toBe(conflictKey(fact.fact_key, fact.content_hash))
    expect(closedFact().content_hash).not.toBe(fact.content_hash)
  })

  it('says `channel` of the refund channel, as it always did', () => {
    const told = refundFact('R1', 'SUCCESS')
    const fact = { ...told, refund: { ...told.refund, refund_channel: 'ORIGINAL' } }
    const item = factToItem(fact)
    expect(item['refund']?.M?.['channel']).toEqual({ S: 'ORIGINAL' })
    expect(JSON.stringify(item)).not.toContain('refund_channel')
    expect(factFromItem(item).fact).toEqual(fact)
    expect(factFromItem(factToItem(told)).fact).toEqual(told)
  })

  it('is listed in its own shard only, the earliest first', async () => {
    const store = createMemoryFactStore()
    const facts = Array.from({ length: 40 }, (_, index) => ({
      ...refundFact(`R${index}`, 'SUCCESS'),
      received_at: NOW - index,
    }))
    for (const fact of facts) await store.put(fact)
    for (let shard = 0; shard < 16; shard += 1) {
      const expected = facts.filter(({ fact_key }) => shardOf(fact_key, 16) === String(shard)).toReversed()
      const { facts: due } = await store.listDue(shard, { now: NOW + 60_000, limit: 100 })
      expect(due.map(({ factKey }) => factKey)).toEqual(expected.map(({ fact_key }) => fact_key))
    }
  })
})
