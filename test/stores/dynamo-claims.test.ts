/** Claims of orders as DynamoDB has them: lost answers, and items that this release cannot read. */
import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDynamoOrderStore, DUE_INDEX } from '#shared/stores/dynamo-order-store.ts'
import type { Dynamo } from './engines.ts'
import { DYNAMO_ENGINES, loseNextWriteAnswer } from './engines.ts'
import { MCHID, NOW, sampleOrder } from './samples.ts'

const MINUTE = 60_000

describe.each(DYNAMO_ENGINES)('a claim of an order in %s', (_name, start) => {
  let dynamo: Dynamo
  let table: string
  beforeAll(async () => {
    dynamo = await start()
    table = await dynamo.createTable(DUE_INDEX)
  })
  afterAll(() => dynamo.stop())

  const orders = () =>
    createDynamoOrderStore({ client: dynamo.client, tableName: table, readFact: async () => undefined })
  const dueAs = (number: string) => ({ orderKey: `${MCHID}#${number}`, dueAt: NOW })
  const claim = (number: string) => orders().claim(dueAs(number), { now: NOW, until: NOW + MINUTE })
  const read = async (number: string) => {
    const Key = marshall({ order_key: `${MCHID}#${number}` })
    const { Item } = await dynamo.client.send(
      new GetItemCommand({ TableName: table, Key, ConsistentRead: true }),
    )
    return Item === undefined ? undefined : unmarshall(Item)
  }
  const write = async (number: string, changes: object) => {
    const item = { ...sampleOrder(number, { next_check_at: NOW }), refunds: [], due_shard: '3', ...changes }
    await dynamo.client.send(
      new PutItemCommand({ TableName: table, Item: marshall(item, { removeUndefinedValues: true }) }),
    )
  }

  it('ledger case 23: is known as our own when its answer was lost and the SDK tried again', async () => {
    await orders().save(sampleOrder('lost', { next_check_at: NOW }))
    loseNextWriteAnswer(dynamo.client, 'UpdateItemCommand')
    expect(await claim('lost')).toEqual({ order: expect.objectContaining({ version: 2 }) })
    expect(await claim('lost')).toBeUndefined()
  })

  it('does not keep a save whose answer was lost from knowing itself', async () => {
    const order = sampleOrder('saved', { next_check_at: NOW })
    await orders().save(order)
    const item = await read('saved')
    await claim('saved')
    expect((await read('saved'))?.['write_id']).toBe(item?.['write_id'])
  })

  it.each([
    ['a word that is not known', { status: 'LIMBO' }],
    ['the form of a newer release', { v: 2 }],
    ['a number that JavaScript cannot hold', { refundable: 2n ** 60n }],
  ])('is made of one with %s, which is then put off', async (what, broken) => {
    await write(what, broken)
    const before = await read(what)
    expect(await claim(what)).toEqual({ unreadable: expect.objectContaining({ name: 'AppError' }) })
    await orders().putOff(dueAs(what), NOW + 15 * MINUTE)
    expect(await read(what)).toEqual({
      ...before,
      version: 2,
      claimed_until: NOW + MINUTE,
      claim_id: expect.any(String),
      next_check_at: NOW + 15 * MINUTE,
    })
  })

  it.each([
    ['without a version', { version: undefined }],
    ['with a version that is no number', { version: 'one' }],
  ])('is refused for one %s, which is put off all the same', async (what, broken) => {
    await write(what, broken)
    const before = await read(what)
    expect(await claim(what)).toEqual({
      unreadable: expect.objectContaining({ message: 'DynamoDB refused the write as not valid' }),
    })
    await orders().putOff(dueAs(what), NOW + 15 * MINUTE)
    expect(await read(what)).toEqual({ ...before, next_check_at: NOW + 15 * MINUTE })
  })
})
