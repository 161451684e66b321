import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { crc32 } from 'node:zlib'
import {
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DescribeTimeToLiveCommand,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb'
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startDynamoDb } from '#local/cloud/dynamodb.ts'
import type { LocalDynamoDb } from '#local/cloud/dynamodb.ts'
import { createDynamoFactStore, PENDING_INDEX } from '#shared/stores/dynamo-fact-store.ts'
import { createIndexedTable, testClient } from './engines.ts'
import { samplePayment } from './samples.ts'

const COUNTED = {
  ConditionExpression: 'attribute_not_exists(fact_key)',
  ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
}

describe('the local DynamoDB', () => {
  let dynamo: LocalDynamoDb
  let client: DynamoDBClient
  let TableName: string
  beforeEach(async () => {
    dynamo = await startDynamoDb()
    client = testClient(dynamo.endpoint)
    TableName = await createIndexedTable(client, PENDING_INDEX)
  })
  afterEach(async () => {
    client.destroy()
    await dynamo.stop()
  })

  const key = (name: string) => ({ fact_key: { S: name } })
  const put = (name: string, n: number) =>
    client.send(new PutItemCommand({ TableName, Item: { ...key(name), n: { N: String(n) } } }))
  const get = async (name: string) =>
    (await client.send(new GetItemCommand({ TableName, Key: key(name) }))).Item

  it.each([
    ['a put', () => new PutItemCommand({ TableName, Item: key('k'), ...COUNTED })],
    [
      'an update',
      () =>
        new UpdateItemCommand({
          TableName,
          Key: key('k'),
          UpdateExpression: 'SET a = :a',
          ExpressionAttributeValues: { ':a': { N: '1' } },
          ...COUNTED,
        }),
    ],
    ['a deletion', () => new DeleteItemCommand({ TableName, Key: key('k'), ...COUNTED })],
  ])('returns the item that failed the condition of %s', async (_what, command) => {
    await put('k', 7)
    const error = await failureOf(client.send(command() as PutItemCommand))
    expect(error.Item).toEqual({ ...key('k'), n: { N: '7' } })
  })

  it('returns no item unless asked to, nor where there is none', async () => {
    await put('k', 7)
    const silent = await failureOf(
      client.send(
        new PutItemCommand({ TableName, Item: key('k'), ConditionExpression: COUNTED.ConditionExpression }),
      ),
    )
    expect(silent.Item).toBeUndefined()
    const absent = await failureOf(
      client.send(
        new PutItemCommand({
          TableName,
          Item: key('absent'),
          ...COUNTED,
          ConditionExpression: 'attribute_exists(fact_key)',
        }),
      ),
    )
    expect(absent.Item).toBeUndefined()
  })

  it('returns the very item that failed it, however many writers there are', async () => {
    /** What failed the condition, or undefined when the write took place. */
    const raise = async (n: number) => {
      const command = new PutItemCommand({
        TableName,
        Item: { ...key('k'), n: { N: String(n) } },
        ConditionExpression: 'attribute_not_exists(fact_key) OR n < :n',
        ExpressionAttributeValues: { ':n': { N: String(n) } },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      })
      const failed = await client.send(command).then(
        () => undefined,
        (error: unknown) => error,
      )
      if (failed === undefined) return undefined
      if (!(failed instanceof ConditionalCheckFailedException)) throw failed
      return { tried: n, stored: Number(failed.Item?.['n']?.N) }
    }
    const lower = () =>
      client.send(
        new BatchWriteItemCommand({
          RequestItems: { [TableName]: [{ PutRequest: { Item: { ...key('k'), n: { N: '0' } } } }] },
        }),
      )
    const lowerings: Promise<unknown>[] = []
    const raises = Array.from({ length: 200 }, (_, index) => {
      if (index % 4 === 3) lowerings.push(lower())
      return raise((index * 37) % 100)
    })
    const results = await Promise.all(raises)
    await Promise.all(lowerings)
    const refused = results.filter((result) => result !== undefined)
    expect(refused.length).toBeGreaterThan(20)
    expect(refused.length).toBeLessThan(200)
    // An item that was written later, by a lowering, would not contradict the condition.
    expect(refused.filter(({ tried, stored }) => !(stored >= tried))).toEqual([])
  })

  it('sends a length and a checksum that fit the completed answer', async () => {
    await put('k', 7)
    const { headers, body } = await post(dynamo.endpoint, { TableName, Item: key('k'), ...COUNTED })
    expect(JSON.parse(body)).toMatchObject({
      Item: { n: { N: '7' } },
      message: 'The conditional request failed',
    })
    expect(headers['content-length']).toBe(String(Buffer.byteLength(body)))
    expect(headers['x-amz-crc32']).toBe(String(crc32(body)))
  })

  it('remembers the time to live of a table', async () => {
    const describeTtl = async () =>
      (await client.send(new DescribeTimeToLiveCommand({ TableName }))).TimeToLiveDescription
    const TimeToLiveSpecification = { AttributeName: 'expires_at', Enabled: true }
    expect(await describeTtl()).toEqual({ TimeToLiveStatus: 'DISABLED' })
    expect(
      await client.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification })),
    ).toMatchObject({ TimeToLiveSpecification })
    expect(await describeTtl()).toEqual({ TimeToLiveStatus: 'ENABLED', AttributeName: 'expires_at' })
    await expect(
      client.send(new UpdateTimeToLiveCommand({ TableName: 'absent', TimeToLiveSpecification })),
    ).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
  })

  it('refuses what is not a request of DynamoDB, and goes on', async () => {
    expect((await post(dynamo.endpoint, 'no JSON')).status).toBe(400)
    expect((await post(dynamo.endpoint, { TableName: 5, Item: [] })).status).toBe(400)
    expect((await post(dynamo.endpoint, { TableName: 'absent', Item: key('k'), ...COUNTED })).body).toContain(
      'ResourceNotFoundException',
    )
    await put('k', 1)
    expect(await get('k')).toBeDefined()
  })

  it('names the port that is taken', async () => {
    const port = Number(new URL(dynamo.endpoint).port)
    await expect(startDynamoDb({ port })).rejects.toMatchObject({
      name: 'PortError',
      message: expect.stringContaining(String(port)),
    })
  })
})

describe('the local DynamoDB with a directory', () => {
  it('finds its data again after a stop', async () => {
    const directory = await mkdtemp(path.join(tmpdir(), 'dynamo-'))
    try {
      const first = await startDynamoDb({ path: directory })
      const tableName = await createIndexedTable(testClient(first.endpoint), PENDING_INDEX)
      const fact = samplePayment('kept')
      await createDynamoFactStore({ client: testClient(first.endpoint), tableName }).put(fact)
      await first.stop()
      const second = await startDynamoDb({ path: directory })
      const store = createDynamoFactStore({ client: testClient(second.endpoint), tableName })
      expect(await store.get(fact.fact_key)).toEqual({ fact, pending: true })
      await second.stop()
    } finally {
      await rm(directory, { recursive: true })
    }
  })
})

async function failureOf(sent: Promise<unknown>): Promise<ConditionalCheckFailedException> {
  const error = await sent.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error instanceof ConditionalCheckFailedException) return error
  throw new Error('the condition did not fail')
}

async function post(endpoint: string, body: unknown) {
  const sent = request(endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'DynamoDB_20120810.PutItem',
      'x-amz-date': '20260101T000000Z',
      authorization: 'AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=host, Signature=f',
    },
  })
  const responded = once(sent, 'response')
  sent.end(typeof body === 'string' ? body : JSON.stringify(body))
  const [response] = await responded
  return { status: response.statusCode as number, headers: response.headers, body: await text(response) }
}
