import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startDynamoDb } from '#local/cloud/dynamodb.ts'
import type { LocalDynamoDb } from '#local/cloud/dynamodb.ts'
import { createDynamoFactStore, PENDING_INDEX } from '#shared/stores/dynamo-fact-store.ts'
import { createIndexedTable, testClient } from './engines.ts'
import { samplePayment } from './samples.ts'

describe('the local DynamoDB under a fault', () => {
  let dynamo: LocalDynamoDb
  let client: DynamoDBClient
  let TableName: string
  beforeEach(async () => {
    dynamo = await startDynamoDb({ random: alternating() })
    client = testClient(dynamo.endpoint)
    TableName = await createIndexedTable(client, PENDING_INDEX)
  })
  afterEach(async () => {
    client.destroy()
    await dynamo.stop()
  })

  const putFact = (by: DynamoDBClient, number: string) =>
    createDynamoFactStore({ client: by, tableName: TableName }).put(samplePayment(number))

  it('stops after the writes that are under way, whose callers may be gone already', async () => {
    const other = await startDynamoDb()
    const own = testClient(other.endpoint, 1)
    const table = await createIndexedTable(own, PENDING_INDEX)
    const store = createDynamoFactStore({ client: own, tableName: table })
    const writes = Array.from({ length: 40 }, (_, index) => store.put(samplePayment(`stopped-${index}`)))
    await Promise.race(writes)
    own.destroy()
    // A write into the closed store would be an error that nobody catches, and the run would fail with it.
    await other.stop()
    const outcomes = await Promise.allSettled(writes)
    expect(outcomes.some(({ status }) => status === 'fulfilled')).toBe(true)
  })

  it('refuses throttled writes without an effect and lets reads pass', async () => {
    dynamo.setFault({ kind: 'throttle', ratio: 1 })
    const store = createDynamoFactStore({ client, tableName: TableName })
    await expect(store.put(samplePayment('throttled'))).rejects.toMatchObject({
      code: 'storage_unavailable',
      message: expect.stringContaining('ProvisionedThroughputExceededException'),
    })
    expect(await store.get(samplePayment('throttled').fact_key)).toBeUndefined()
    dynamo.setFault(undefined)
    expect(await store.put(samplePayment('throttled'))).toEqual({ stored: true })
  })

  it('hits the given share of the writes', async () => {
    const once = testClient(dynamo.endpoint, 1)
    dynamo.setFault({ kind: 'throttle', ratio: 0.5 })
    const results = await Promise.allSettled([1, 2, 3, 4].map((n) => putFact(once, `k${n}`)))
    expect(results.map(({ status }) => status).sort()).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
      'rejected',
    ])
  })

  it('cuts connections while it is down and works again afterwards', async () => {
    dynamo.setFault({ kind: 'down' })
    const store = createDynamoFactStore({ client, tableName: TableName })
    await expect(store.get('x')).rejects.toMatchObject({ code: 'storage_unavailable' })
    dynamo.setFault(undefined)
    expect(await store.get('x')).toBeUndefined()
  })

  it('writes and then cuts the connection when answers are to be lost', async () => {
    dynamo.setFault({ kind: 'lose_answers', ratio: 1 })
    const store = createDynamoFactStore({ client, tableName: TableName })
    await expect(store.put(samplePayment('lost'))).rejects.toMatchObject({ code: 'storage_unavailable' })
    expect(await store.get(samplePayment('lost').fact_key)).toMatchObject({ pending: true })
  })
})

function alternating(): () => number {
  let count = 0
  return () => (count++ % 2 === 0 ? 0.25 : 0.75)
}
