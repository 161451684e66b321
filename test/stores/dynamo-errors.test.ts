import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  DynamoDBServiceException,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import { mockClient } from 'aws-sdk-client-mock'
import { beforeEach, describe, expect, it } from 'vitest'
import { createDynamoFactStore } from '#shared/stores/dynamo-fact-store.ts'
import { createDynamoOrderStore } from '#shared/stores/dynamo-order-store.ts'
import { orderToItem } from '#shared/stores/order-item.ts'
import { anOrder } from '#test/support/orders.ts'
import { CANARY, expectedLine, lineOf, refusalOf, sdkError, titled } from '#test/support/sdk-errors.ts'
import type { SdkFailure } from '#test/support/sdk-errors.ts'
import { samplePayment } from './samples.ts'

const client = new DynamoDBClient({ region: 'us-east-1' })
const mock = mockClient(client)
const table = { client, tableName: 'table' }
const facts = createDynamoFactStore(table)
const orders = createDynamoOrderStore({ ...table, readFact: async () => undefined })
beforeEach(() => mock.reset())

/** Nothing of these is about the request itself: the same one may be repeated, at once or once somebody has mended the cause. */
const FAILURES: readonly SdkFailure[] = [
  { name: 'ThrottlingException', status: 400 },
  { name: 'ProvisionedThroughputExceededException', status: 400 },
  { name: 'RequestLimitExceeded', status: 400 },
  { name: 'ReplicatedWriteConflictException', status: 400 },
  { name: 'ReplicationInProgress', status: 400 },
  { name: 'InternalServerError', status: 500 },
  { name: 'ResourceNotFoundException', status: 400 },
  { name: 'AccessDeniedException', status: 400, denied: 'dynamodb:PutItem' },
  { name: 'AccessDeniedException', status: 400, denied: 'kms:Decrypt' },
  { name: 'KMSInvalidStateException', status: 400 },
  { name: 'KMSAccessDeniedException', status: 400 },
  { name: 'KMSDisabledException', status: 400 },
  { name: 'ExpiredTokenException', status: 400 },
  { name: 'UnrecognizedClientException', status: 400 },
]

const DUE = { factKey: 'f', receivedAt: 1, dueAt: 1 }
const DUE_ORDER = { orderKey: 'o', dueAt: 1 }
/** What cannot be claimed at all is told as what cannot be read. */
async function claimOrder() {
  const claimed = await orders.claim(DUE_ORDER, { now: 1, until: 2 })
  if (claimed !== undefined && 'unreadable' in claimed) throw claimed.unreadable
}
const CALLS: ReadonlyArray<readonly [string, string, () => Promise<unknown>]> = [
  ['facts.put', 'write', () => facts.put(samplePayment('A1'))],
  ['facts.get', 'read', () => facts.get('f')],
  ['facts.markSettled', 'write', () => facts.markSettled('f', 1)],
  ['facts.listDue', 'query', () => facts.listDue(0, { now: 1, limit: 1 })],
  ['facts.oldestPending', 'query', () => facts.oldestPending(0)],
  ['facts.postpone', 'write', () => facts.postpone(DUE, 2)],
  ['orders.get', 'read', () => orders.get('o')],
  ['orders.save', 'write', () => orders.save(anOrder())],
  ['orders.claimRefundNumber', 'write', () => orders.claimRefundNumber('m', 'r', 'o')],
  ['orders.findByRefundNumber', 'read', () => orders.findByRefundNumber('m', 'r')],
  ['orders.listDue', 'query', () => orders.listDue(0, { now: 1, limit: 1 })],
  ['orders.claim', 'write', claimOrder],
  ['orders.putOff', 'write', () => orders.putOff(DUE_ORDER, 2)],
]

describe.each(CALLS)('%s', (_call, action, call) => {
  it.each(titled(FAILURES))('makes %s storage that is not available, and names it', async (_, failure) => {
    mock.onAnyCommand().rejects(sdkError(DynamoDBServiceException, failure))
    const error = await refusalOf(call())
    expect(error).toMatchObject({
      code: 'storage_unavailable',
      message: `the ${action} in DynamoDB failed: ${failure.name}`,
    })
    const line = lineOf(error)
    expect(line).toMatchObject({ error_code: 'storage_unavailable', ...expectedLine(failure) })
    expect(JSON.stringify(line)).not.toContain(CANARY)
    // Repeats are the client's: the store asks once.
    expect(mock.calls()).toHaveLength(1)
  })

  it('makes a request that is not valid an error of ours, which no repeat mends', async () => {
    const failure = { name: 'ValidationException', status: 400 }
    mock.onAnyCommand().rejects(sdkError(DynamoDBServiceException, failure))
    const error = await refusalOf(call())
    expect(error).toMatchObject({ code: 'internal_error' })
    expect(lineOf(error)).toMatchObject({ error_code: 'internal_error', ...expectedLine(failure) })
  })

  it('names a connection that failed', async () => {
    mock.onAnyCommand().rejects(Object.assign(new Error(CANARY), { code: 'ECONNREFUSED' }))
    const line = lineOf(await refusalOf(call()))
    expect(line).toMatchObject({ error_code: 'storage_unavailable', cause_code: 'ECONNREFUSED' })
    expect(JSON.stringify(line)).not.toContain(CANARY)
  })
})

/** A table whose replicas lag: only a consistent read sees what was written last. */
describe('a read', () => {
  beforeEach(() => {
    let written: Record<string, never> | undefined
    mock.on(PutItemCommand).callsFake(({ Item }) => ((written = Item), {}))
    mock.on(GetItemCommand).callsFake(({ ConsistentRead }) => (ConsistentRead ? { Item: written } : {}))
  })

  it('of a fact sees the last write', async () => {
    const fact = samplePayment('A1')
    await facts.put(fact)
    expect(await facts.get(fact.fact_key)).toEqual({ fact, pending: true })
  })

  it('of an order sees the last write', async () => {
    const order = anOrder()
    await orders.save(order)
    expect(await orders.get(order.order_key)).toEqual(order)
  })

  it('of a refund number sees who claimed it last', async () => {
    await orders.claimRefundNumber('m', 'r', 'm#o')
    expect(await orders.findByRefundNumber('m', 'r')).toBe('m#o')
  })
})

describe('a list of an index', () => {
  it('does not ask for consistency, which no index can give', async () => {
    mock.on(QueryCommand).callsFake(({ ConsistentRead }) => {
      if (ConsistentRead)
        throw sdkError(DynamoDBServiceException, { name: 'ValidationException', status: 400 })
      return { Items: [] }
    })
    expect(await facts.listDue(0, { now: 1, limit: 1 })).toEqual({ facts: [], more: false })
    expect(await orders.listDue(0, { now: 1, limit: 1 })).toEqual({ due: [], more: false })
  })
})

describe('the oldest pending fact', () => {
  it('is looked for on all pages of its shard', async () => {
    const entry = (number: number) => ({
      fact_key: { S: `f${number}` },
      received_at: { N: String(5000 - number) },
      dispatch_due_at: { N: String(number) },
    })
    const all = Array.from({ length: 2500 }, (_, index) => entry(index + 1))
    const asked: unknown[] = []
    mock.on(QueryCommand).callsFake(({ ExclusiveStartKey: after, Limit: limit }) => {
      asked.push(after)
      const from = Number(after?.['dispatch_due_at'].N ?? 0)
      return { Items: all.slice(from, from + limit) }
    })
    expect(await facts.oldestPending(3)).toBe(2500)
    expect(asked).toEqual([
      undefined,
      { fact_key: { S: 'f1000' }, pending_shard: { S: '3' }, dispatch_due_at: { N: '1000' } },
      { fact_key: { S: 'f2000' }, pending_shard: { S: '3' }, dispatch_due_at: { N: '2000' } },
    ])
  })
})

describe('an update', () => {
  it('carries its condition, so that a repeat after any of these does no harm', async () => {
    mock.on(UpdateItemCommand).callsFake(({ ConditionExpression }) => {
      if (ConditionExpression === undefined) throw new Error('a write without a condition')
      return {}
    })
    await facts.markSettled('f', 1)
    expect(await facts.postpone(DUE, 2)).toBe(true)
    await orders.claim(DUE_ORDER, { now: 1, until: 2 })
    await orders.putOff(DUE_ORDER, 2)
    expect(mock.calls()).toHaveLength(4)
  })

  const claimedBy = (id: string | undefined) =>
    new ConditionalCheckFailedException({
      message: '',
      $metadata: {},
      ...(id === undefined
        ? {}
        : { Item: { ...orderToItem(anOrder(), { writeId: 'w', form: 1 }), claim_id: { S: id } } }),
    })

  it('of another driver is not taken for a claim of an order of ours', async () => {
    const named = createDynamoOrderStore({
      ...table,
      readFact: async () => undefined,
      newWriteId: () => 'ours',
    })
    const claims = []
    for (const id of ['ours', 'theirs', undefined]) {
      mock.on(UpdateItemCommand).rejects(claimedBy(id))
      claims.push(await named.claim(DUE_ORDER, { now: 1, until: 2 }))
    }
    expect(claims).toEqual([{ order: { ...anOrder(), claim_id: 'ours' } }, undefined, undefined])
  })

  it('of another driver is not taken for a claim of ours', async () => {
    const named = createDynamoFactStore({ ...table, newClaimId: () => 'ours' })
    const claims = []
    for (const id of ['ours', 'theirs', undefined]) {
      mock.on(UpdateItemCommand).rejects(claimedBy(id))
      claims.push(await named.postpone(DUE, 2))
    }
    expect(claims).toEqual([true, false, false])
  })
})
