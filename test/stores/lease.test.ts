import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Lease } from '#shared/lease.ts'
import { createDynamoLease } from '#shared/stores/dynamo-lease.ts'
import { DUE_INDEX } from '#shared/stores/dynamo-order-store.ts'
import { memoryLease } from '#test/support/memory-lease.ts'
import type { Dynamo } from './engines.ts'
import { DYNAMO_ENGINES, loseNextWriteAnswer } from './engines.ts'
import { NOW } from './samples.ts'

interface Engine {
  readonly newLease: () => Promise<Lease>
  readonly dynamo?: Dynamo
}

const ENGINES: ReadonlyArray<readonly [string, () => Promise<Engine>]> = [
  ['memory', async () => ({ newLease: async () => memoryLease() })],
  ...DYNAMO_ENGINES.map(([name, start]) => {
    const engine = async () => {
      const dynamo = await start()
      const tableName = await dynamo.createTable(DUE_INDEX)
      let made = 0
      const newLease = async () =>
        createDynamoLease({ client: dynamo.client, tableName, key: `turn#1#${(made += 1)}` })
      return { newLease, dynamo }
    }
    return [name, engine] as const
  }),
]

describe.each(ENGINES)('a lease in %s', (_name, start) => {
  let engine: Engine
  beforeAll(async () => {
    engine = await start()
  })
  afterAll(() => engine.dynamo?.stop())

  it('is had by one holder until its end, and prolonged by him alone', async () => {
    const lease = await engine.newLease()
    const take = (holder: string, now: number) => lease.take(holder, { now, until: now + 60 })
    expect(await take('a', NOW)).toBe(true)
    expect([await take('b', NOW + 59), await take('a', NOW + 59)]).toEqual([false, true])
    expect([await take('b', NOW + 118), await take('b', NOW + 119)]).toEqual([false, true])
  })

  it('goes to one of many who ask at once', async () => {
    const lease = await engine.newLease()
    const taken = await Promise.all(
      Array.from({ length: 8 }, (_, index) => lease.take(`h${index}`, { now: NOW, until: NOW + 60 })),
    )
    expect(taken.filter(Boolean)).toHaveLength(1)
  })

  it('is ended by its holder and by nobody else', async () => {
    const lease = await engine.newLease()
    await lease.take('a', { now: NOW, until: NOW + 60 })
    await lease.end('b', NOW)
    expect(await lease.take('b', { now: NOW + 10, until: NOW + 70 })).toBe(false)
    await lease.end('a', NOW + 5)
    expect(await lease.take('b', { now: NOW + 4, until: NOW + 64 })).toBe(false)
    expect(await lease.take('b', { now: NOW + 5, until: NOW + 65 })).toBe(true)
  })

  it('is known as taken when the answer was lost and the SDK tried again', async () => {
    const lease = await engine.newLease()
    if (engine.dynamo !== undefined) loseNextWriteAnswer(engine.dynamo.client, 'UpdateItemCommand')
    expect(await lease.take('a', { now: NOW, until: NOW + 60 })).toBe(true)
    expect(await lease.take('b', { now: NOW, until: NOW + 60 })).toBe(false)
  })
})
