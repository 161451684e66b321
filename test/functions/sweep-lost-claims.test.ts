import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createSweep } from '#functions/sweep/sweep.ts'
import { startDynamoDb } from '#local/cloud/dynamodb.ts'
import type { LocalDynamoDb } from '#local/cloud/dynamodb.ts'
import { createDynamoFactStore, PENDING_INDEX } from '#shared/stores/dynamo-fact-store.ts'
import { createIndexedTable, testClient } from '#test/stores/engines.ts'
import { fakeWechat } from '#test/support/fake-wechat.ts'
import { paymentFact } from '#test/support/orders.ts'
import { MINUTE } from '#test/support/sweeping.ts'
import { aWorld } from '#test/support/world.ts'

/** The SDK repeats a write whose answer was lost; the repeat meets what the first try wrote. */
describe('a claim whose answer was lost', () => {
  let dynamo: LocalDynamoDb
  let requests = 0
  beforeAll(async () => {
    // The first answer is lost, the one of the repeat is not.
    dynamo = await startDynamoDb({ random: () => requests++ % 2 })
  })
  afterAll(() => dynamo.stop())

  it('ledger case 23: of a pending fact is known as our own, and the fact is dispatched in the same run', async () => {
    const client = testClient(dynamo.endpoint)
    const world = aWorld()
    const tableName = await createIndexedTable(client, PENDING_INDEX)
    const facts = createDynamoFactStore({ client, tableName })
    const fact = paymentFact()
    await facts.put(fact)
    world.time.now = fact.received_at + 2 * MINUTE
    const due = { factKey: fact.fact_key, receivedAt: fact.received_at, dueAt: fact.received_at + MINUTE }
    // Listed by hand, so that the claim and its repeat are the only requests that meet the fault.
    const listDue = async (shard: number) => ({ facts: shard === 0 ? [due] : [], more: false })
    const oldestPending = async () => fact.received_at
    dynamo.setFault({ kind: 'lose_answers', ratio: 0.5 })
    await createSweep({
      ...world,
      facts: { ...facts, listDue, oldestPending },
      channels: { wechat: fakeWechat({}) },
    })({})
    dynamo.setFault(undefined)
    expect(world.dispatched).toEqual([fact.fact_key])
    expect(await facts.get(fact.fact_key)).toEqual({ fact, pending: true })
    client.destroy()
  })
})
