/** The lists over real engines: what the indexes name, page by page. */
import { randomUUID } from 'node:crypto'
import { CreateTableCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
import type { GlobalSecondaryIndex } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createList } from '#functions/list/list.ts'
import { parsePaymentListing, parseRefundListing } from '#functions/list/schema.ts'
import { AppError } from '#shared/errors.ts'
import { fen } from '#shared/money.ts'
import { orderKey } from '#shared/orders/order-key.ts'
import type { OrderStore } from '#shared/orders/order-store.ts'
import { DAY_INDEX } from '#shared/stores/dynamo-day-index.ts'
import { createDynamoOrderLists, HELD_INDEX } from '#shared/stores/dynamo-order-lists.ts'
import { createDynamoOrderStore, DUE_INDEX } from '#shared/stores/dynamo-order-store.ts'
import { DYNAMO_ENGINES } from '#test/stores/engines.ts'
import type { Dynamo } from '#test/stores/engines.ts'
import { anOrder, MCHID, NOW, paidOrder } from '#test/support/orders.ts'
import type { Sketch } from '#test/support/orders.ts'

const TODAY = '2026-03-01'
const HELD = { holds: { 'operator#1': 'placed_by_operator' as const } }

const numbered = (number: number, changes: Sketch = {}): Sketch => ({
  out_trade_no: `ORDER-${100 + number}`,
  order_key: orderKey(MCHID, `ORDER-${100 + number}`),
  ...changes,
})

describe.each(DYNAMO_ENGINES)('the lists on %s', (_name, start) => {
  let dynamo: Dynamo
  let tableName: string
  let orders: OrderStore
  let list: ReturnType<typeof createList>

  beforeAll(async () => {
    dynamo = await start()
    tableName = await createTable(dynamo)
    const table = { client: dynamo.client, tableName }
    orders = createDynamoOrderStore({ ...table, readFact: async () => undefined })
    const lists = createDynamoOrderLists({ ...table, mchid: MCHID })
    list = createList({ mchid: MCHID, orders, lists, clock: { now: () => NOW } })
    await Promise.all([
      ...Array.from({ length: 12 }, (_, number) => orders.save(paidOrder(numbered(number)))),
      ...[20, 21].map((number) => orders.save(anOrder(numbered(number)))),
      orders.save(paidOrder(numbered(30, { success_time: '2026-02-27T12:00:00+08:00', ...HELD }))),
      orders.save(anOrder(numbered(31, { status: 'CLOSED', ...HELD }))),
      orders.save(anOrder(numbered(40, { next_check_at: NOW + 2000, next_check_class: 'unpaid_young' }))),
      orders.save(
        anOrder({
          ...numbered(41, { next_check_at: NOW + 3000, next_check_class: 'unpaid_young' }),
          mchid: '1900000110',
          order_key: orderKey('1900000110', 'ORDER-141'),
        }),
      ),
    ])
  })
  afterAll(() => dynamo.stop())

  const payments = async (query: object = {}) => list.payments(parsePaymentListing(query, TODAY))
  const numbersOf = async (query: object) =>
    (await payments(query)).orders.map(({ out_trade_no: number }) => Number(number.slice(-3)) - 100)

  async function pagesOf(query: object): Promise<number[][]> {
    const pages: number[][] = []
    let next: string | undefined
    do {
      const page = await payments({ ...query, ...(next === undefined ? {} : { next }) })
      pages.push(page.orders.map(({ out_trade_no: number }) => Number(number.slice(-3)) - 100))
      next = page.next
    } while (next !== undefined)
    return pages
  }

  it('have what was just placed, then the days from the last one on, in falling order of their numbers', async () => {
    expect(await numbersOf({})).toEqual([40, 21, 20, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0])
    expect(await numbersOf({ from: '2026-02-26' })).toEqual([
      40, 21, 20, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 30,
    ])
    expect(await numbersOf({ from: '2026-02-26', to: '2026-02-28' })).toEqual([30])
  })

  it('are read to their end in pages, each order once', async () => {
    expect(await pagesOf({ from: '2026-02-26', limit: '6' })).toEqual([
      [40, 21, 20, 11, 10, 9],
      [8, 7, 6, 5, 4, 3],
      [2, 1, 0, 30],
    ])
    expect((await pagesOf({ limit: '1', state: 'unpaid' })).flat()).toEqual([40, 21, 20])
    expect((await pagesOf({ limit: '5', state: 'paid' })).flat()).toHaveLength(12)
  })

  it('have held orders of any day, and only those of a day that is asked for', async () => {
    expect(await numbersOf({ state: 'held' })).toEqual([31, 30])
    expect(await pagesOf({ state: 'held', limit: '1' })).toEqual([[31], [30], []])
    expect(await numbersOf({ hold: 'placed_by_operator', from: '2026-02-27', to: '2026-02-27' })).toEqual([
      30,
    ])
    expect(await numbersOf({ hold: 'over_refunded' })).toEqual([])
  })

  it('forget a hold with the write that lifts it', async () => {
    const lifted = numbered(50, { status: 'CLOSED' })
    await orders.save(anOrder({ ...lifted, ...HELD }))
    expect(await numbersOf({ state: 'held' })).toContain(50)
    await orders.save(anOrder({ ...lifted, version: 2 }))
    expect(await numbersOf({ state: 'held' })).not.toContain(50)
    expect(await orders.get(orderKey(MCHID, 'ORDER-150'))).toEqual(anOrder({ ...lifted, version: 2 }))
  })

  it('show of an order what a list needs', async () => {
    const refunds = {
      R1: { amount: fen(300), status: 'SUCCESS' as const },
      R2: { status: 'FAILED' as const },
    }
    await orders.save(
      paidOrder(numbered(60, { success_time: '2026-02-10T12:00:00+08:00', description: 'tea', refunds })),
    )
    const { orders: found, next } = await payments({ from: '2026-02-10', to: '2026-02-10' })
    expect({ found, next }).toEqual({
      found: [
        {
          out_trade_no: 'ORDER-160',
          transaction_id: '4200000000000001',
          channel: 'native',
          status: 'PAID',
          amount: { total: 1000, currency: 'CNY' },
          description: 'tea',
          refundable: 700,
          refunded: 300,
          refunds: 2,
          held: false,
          holds: [],
          success_time: '2026-02-10T12:00:00+08:00',
          created_at: '2026-03-01T04:00:00.000Z',
          updated_at: '2026-03-01T04:00:00.000Z',
        },
      ],
      next: undefined,
    })
  })

  it('name what this release cannot read, and show the rest', async () => {
    const Item = {
      order_key: { S: orderKey(MCHID, 'BROKEN-1') },
      v: { N: '2' },
      day_shard: { S: '2026-01-05#0' },
      billed: { S: 'x' },
    }
    await dynamo.client.send(new PutItemCommand({ TableName: tableName, Item }))
    await orders.save(paidOrder(numbered(70, { success_time: '2026-01-05T12:00:00+08:00' })))
    const { orders: found, unreadable } = await payments({ from: '2026-01-05', to: '2026-01-05' })
    expect([found.map(({ out_trade_no }) => out_trade_no), unreadable]).toEqual([['ORDER-170'], ['BROKEN-1']])
  })

  it('have refunds by the day on which they were asked for, not a number that was given back', async () => {
    const key = orderKey(MCHID, 'ORDER-180')
    const refunds = { 'R-1': { status: 'SUCCESS' as const }, 'R-2': { status: 'ABNORMAL' as const } }
    await orders.save(paidOrder(numbered(80, { success_time: '2026-01-01T12:00:00+08:00', refunds })))
    for (const number of ['R-1', 'R-2', 'R-3'])
      await orders.claimRefundNumber(MCHID, number, key, '2026-02-28')
    const { claimId } = await orders.claimRefundNumber(MCHID, 'R-4', key, '2026-02-28')
    await orders.releaseRefundNumber(MCHID, 'R-4', claimId)
    const refundsOf = async (query: object) =>
      (await list.refunds(parseRefundListing(query, TODAY))).refunds.map(({ out_refund_no }) => out_refund_no)
    expect(await refundsOf({})).toEqual(['R-2', 'R-1'])
    expect(await refundsOf({ status: 'ABNORMAL' })).toEqual(['R-2'])
    expect(await refundsOf({ to: '2026-02-27' })).toEqual([])
  })
})

describe('a query that breaks a rule', () => {
  const place = (text: string) => Buffer.from(text).toString('base64url')
  const refusalOf = (
    query: object,
    parse: typeof parsePaymentListing | typeof parseRefundListing = parsePaymentListing,
  ) => {
    try {
      return parse(query, TODAY)
    } catch (error) {
      return error instanceof AppError ? [error.code, ...error.fields.map(({ field }) => field)] : error
    }
  }

  it.each<[string, object]>([
    ['state', { state: 'closed' }],
    ['hold', { hold: 'none' }],
    ['hold', { hold: 'approval', state: 'paid' }],
    ['from', { from: '2026-02-30' }],
    ['from', { from: '2026-03-02' }],
    ['from', { from: '2026-01-29' }],
    ['to', { to: 'today' }],
    ['limit', { limit: '0' }],
    ['limit', { limit: '51' }],
    ['next', { next: '!' }],
    ['next', { next: place('2026-03-01/a#b') }],
    ['next', { next: place('2026-02-01/ORDER-1') }],
    ['next', { next: place('held/ORDER-1') }],
    ['next', { state: 'held', next: place('2026-03-01/ORDER-1') }],
    ['refresh', { refresh: 'true' }],
  ])('names %s: %o', (field, query) => {
    expect(refusalOf(query)).toEqual(['invalid_request', field])
  })

  it('names the status of a refund', () => {
    expect(refusalOf({ status: 'GONE' }, parseRefundListing)).toEqual(['invalid_request', 'status'])
    expect(refusalOf({ from: '2026-01-30', to: '2026-03-01' }, parseRefundListing)).toMatchObject({
      limit: 20,
    })
  })
})

async function createTable({ client }: Dynamo): Promise<string> {
  const TableName = `table-${randomUUID()}`
  const index = (name: string, shard: string, sort: string, include?: string[]): GlobalSecondaryIndex => ({
    IndexName: name,
    Projection:
      include === undefined
        ? { ProjectionType: 'KEYS_ONLY' }
        : { ProjectionType: 'INCLUDE', NonKeyAttributes: include },
    KeySchema: [
      { AttributeName: shard, KeyType: 'HASH' },
      { AttributeName: sort, KeyType: 'RANGE' },
    ],
  })
  const text = [DAY_INDEX, HELD_INDEX, DUE_INDEX].map(({ shardAttribute }) => shardAttribute)
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        ...['order_key', ...text].map((AttributeName) => ({ AttributeName, AttributeType: 'S' as const })),
        { AttributeName: DUE_INDEX.timeAttribute, AttributeType: 'N' },
      ],
      KeySchema: [{ AttributeName: 'order_key', KeyType: 'HASH' }],
      GlobalSecondaryIndexes: [
        index(DAY_INDEX.name, DAY_INDEX.shardAttribute, 'order_key', ['billed']),
        index(HELD_INDEX.name, HELD_INDEX.shardAttribute, 'order_key'),
        index(DUE_INDEX.name, DUE_INDEX.shardAttribute, DUE_INDEX.timeAttribute),
      ],
    }),
  )
  return TableName
}
