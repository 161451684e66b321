import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { withTrace } from '#shared/ambient-trace.ts'
import { continueTrace } from '#shared/trace.ts'
import { PENDING_SHARDS } from '#shared/facts/fact-store.ts'
import { conflictOf, paymentClosed } from '#shared/facts/fact.ts'
import { shardOf } from '#shared/stores/shard.ts'
import type { Stores } from './engines.ts'
import { STORE_ENGINES } from './engines.ts'
import { MCHID, NOW, sampleNotice, samplePayment, sampleRefundFact } from './samples.ts'

describe.each(STORE_ENGINES)('the fact store on %s', (_name, start) => {
  let stores: Stores
  beforeAll(async () => {
    stores = await start()
  })
  afterAll(() => stores.stop())

  it.each([
    ['payment', samplePayment('kinds')],
    ['closing', paymentClosed({ mchid: MCHID, out_trade_no: 'kinds', source: 'close', received_at: NOW })],
    ['refund', sampleRefundFact('R1')],
    ['conflict', conflictOf(samplePayment('kinds'))],
    ['notice', sampleNotice('EV-1')],
    ['notice of a type that contradicts it', conflictOf(sampleNotice('EV-1'))],
  ])('gives back exactly the %s that was stored, as pending', async (_kind, fact) => {
    expect(await stores.facts.get(fact.fact_key)).toBeUndefined()
    expect(await stores.facts.put(fact)).toEqual({ stored: true })
    expect(await stores.facts.get(fact.fact_key)).toEqual({ fact, pending: true })
  })

  it('keeps the first telling and returns it for a later one', async () => {
    const fact = samplePayment('twice')
    await stores.facts.put(fact)
    const later = { ...fact, content_hash: 'other', received_at: NOW + 1 }
    expect(await stores.facts.put(later)).toEqual({ stored: false, existing: { fact, pending: true } })
    expect(await stores.facts.get(fact.fact_key)).toEqual({ fact, pending: true })
  })

  it('tells a settled duplicate from a pending one', async () => {
    const fact = samplePayment('settled')
    await stores.facts.put(fact)
    await stores.facts.markSettled(fact.fact_key, NOW + 5)
    expect(await stores.facts.put(fact)).toEqual({ stored: false, existing: { fact, pending: false } })
    expect(await stores.facts.get(fact.fact_key)).toEqual({ fact, pending: false })
  })

  it('keeps the trace of a fact until it is settled, and no longer', async () => {
    const fact = samplePayment('traced')
    await withTrace(continueTrace({ requestId: 'caller-7' }), () => stores.facts.put(fact))
    expect(await stores.facts.get(fact.fact_key)).toMatchObject({ trace: { requestId: 'caller-7' } })
    await stores.facts.markSettled(fact.fact_key, NOW + 5)
    expect(await stores.facts.get(fact.fact_key)).toEqual({ fact, pending: false })
  })

  it('stores one of 50 parallel tellings and shows that one to the others', async () => {
    const tellings = Array.from({ length: 50 }, (_, index) => samplePayment('race', NOW + index))
    const results = await Promise.all(tellings.map((fact) => stores.facts.put(fact)))
    expect(results.filter((result) => result.stored)).toHaveLength(1)
    const winner = tellings[results.findIndex((result) => result.stored)]
    const shown = results.flatMap((result) => (result.stored ? [] : [result.existing]))
    expect(shown).toEqual(Array.from({ length: 49 }, () => ({ fact: winner, pending: true })))
  })

  it('settles a fact any number of times, and never one that is not there', async () => {
    const fact = samplePayment('again')
    await stores.facts.put(fact)
    await Promise.all([1, 2, 3].map((offset) => stores.facts.markSettled(fact.fact_key, NOW + offset)))
    expect(await stores.facts.get(fact.fact_key)).toEqual({ fact, pending: false })
    await expect(stores.facts.markSettled('payment#1#absent#SUCCESS', NOW)).rejects.toMatchObject({
      code: 'internal_error',
    })
    expect(await stores.facts.get('payment#1#absent#SUCCESS')).toBeUndefined()
  })

  it('lists what is due in a shard, earliest first, bounded, until it is settled', async () => {
    const facts = factsOfShard(9, 4)
    for (const fact of facts.toReversed()) await stores.facts.put(fact)
    const list = (age: number, limit: number) => stores.facts.listDue(9, { now: NOW + 60_000 + age, limit })
    const due = facts.map(({ fact_key: factKey, received_at: receivedAt }) => ({
      factKey,
      receivedAt,
      dueAt: receivedAt + 60_000,
    }))
    expect(await list(2, 10)).toEqual({ facts: due.slice(0, 3), more: false })
    expect(await list(3, 2)).toEqual({ facts: due.slice(0, 2), more: true })
    await stores.facts.markSettled(due[0]!.factKey, NOW + 10)
    expect(await list(3, 3)).toEqual({ facts: due.slice(1), more: false })
    expect(await stores.facts.listDue(10, { now: NOW + 59_999, limit: 10 })).toEqual({
      facts: [],
      more: false,
    })
  })

  it('lets one driver claim a due fact, and none after it is settled', async () => {
    const fact = samplePayment('claimed')
    await stores.facts.put(fact)
    const due = { factKey: fact.fact_key, receivedAt: NOW, dueAt: NOW + 60_000 }
    const claims = await Promise.all(
      Array.from({ length: 8 }, () => stores.facts.postpone(due, NOW + 120_000)),
    )
    expect(claims.filter(Boolean)).toHaveLength(1)
    expect(await stores.facts.get(fact.fact_key)).toEqual({ fact, pending: true })
    await stores.facts.markSettled(fact.fact_key, NOW)
    expect(await stores.facts.postpone({ ...due, dueAt: NOW + 120_000 }, NOW + 180_000)).toBe(false)
    expect(await stores.facts.get(fact.fact_key)).toEqual({ fact, pending: false })
  })

  it('tells when the oldest pending fact of a shard was received, however late it is due', async () => {
    const facts = factsOfShard(12, 4)
    expect(await stores.facts.oldestPending(12)).toBeUndefined()
    for (const fact of facts) await stores.facts.put(fact)
    const [{ fact_key: factKey }] = facts as [(typeof facts)[0]]
    await stores.facts.postpone({ factKey, receivedAt: NOW, dueAt: NOW + 60_000 }, NOW + 9_000_000)
    expect(await stores.facts.oldestPending(12)).toBe(NOW)
    await stores.facts.markSettled(factKey, NOW)
    expect(await stores.facts.oldestPending(12)).toBe(NOW + 1)
  })

  it('returns copies, so that no caller changes what is stored', async () => {
    const fact = samplePayment('copies')
    await stores.facts.put(fact)
    const first = await stores.facts.get(fact.fact_key)
    Object.assign(first!.fact, { content_hash: 'changed' })
    expect((await stores.facts.get(fact.fact_key))?.fact.content_hash).toBe(fact.content_hash)
  })
})

/** Facts of one shard, each a millisecond younger than the one before it. */
function factsOfShard(shard: number, count: number) {
  const found = []
  for (let index = 0; found.length < count; index += 1) {
    const fact = samplePayment(`pending-${index}`, NOW + found.length)
    if (shardOf(fact.fact_key, PENDING_SHARDS) === String(shard)) found.push(fact)
  }
  return found
}
