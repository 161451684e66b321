import { randomUUID } from 'node:crypto'
import { CreateTableCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DayEntry } from '#shared/orders/day-index.ts'
import { orderKey } from '#shared/orders/order-key.ts'
import type { OrderStore } from '#shared/orders/order-store.ts'
import { createDynamoDayIndex, DAY_INDEX } from '#shared/stores/dynamo-day-index.ts'
import { createDynamoOrderStore } from '#shared/stores/dynamo-order-store.ts'
import { anOrder, MCHID, paidOrder } from '#test/support/orders.ts'
import type { Sketch } from '#test/support/orders.ts'
import { DYNAMO_ENGINES } from './engines.ts'
import type { Dynamo } from './engines.ts'

const DAY = '2026-03-01'
const LATE = Date.parse('2026-03-01T15:59:59Z')

const numbered = (number: number, changes: Sketch = {}): Sketch => ({
  out_trade_no: `ORDER-${number}`,
  order_key: orderKey(MCHID, `ORDER-${number}`),
  ...changes,
})

describe.each(DYNAMO_ENGINES)('the day index on %s', (_name, start) => {
  let dynamo: Dynamo
  let orders: OrderStore
  let list: (day: string) => Promise<readonly DayEntry[]>

  beforeAll(async () => {
    dynamo = await start()
    const tableName = await createDayTable(dynamo)
    orders = createDynamoOrderStore({ client: dynamo.client, tableName, readFact: async () => undefined })
    const index = createDynamoDayIndex({ client: dynamo.client, tableName, pageSize: 2 })
    list = async (day) => {
      const entries: DayEntry[] = []
      for await (const page of index.list(day)) entries.push(...page)
      return entries.toSorted((one, other) => (one.key < other.key ? -1 : 1))
    }
  })
  afterAll(() => dynamo.stop())

  it('lists paid orders by the day of the payment, unpaid ones by that of the order, in Beijing', async () => {
    const later = { success_time: '2026-03-01T16:00:00Z' }
    for (const order of [paidOrder(numbered(1)), paidOrder(numbered(2, later)), anOrder(numbered(3))])
      await orders.save(order)
    await orders.save(anOrder(numbered(4, { status: 'CLOSED' })))
    await orders.save(anOrder(numbered(5, { created_at: LATE + 1000 })))
    expect(await list(DAY)).toEqual([
      { key: `${MCHID}#ORDER-1`, billed: '4200000000000001#1000' },
      { key: `${MCHID}#ORDER-3` },
    ])
    const next = await list('2026-03-02')
    expect(next).toMatchObject([{ key: `${MCHID}#ORDER-2` }, { key: `${MCHID}#ORDER-5` }])
  })

  it('has an unpaid order from its first look on', async () => {
    const first = { created_at: LATE, next_check_at: LATE + 5000, next_check_class: 'unpaid_young' as const }
    await orders.save(anOrder(numbered(8, first)))
    const has = async () => (await list(DAY)).some(({ key }) => key === `${MCHID}#ORDER-8`)
    expect(await has()).toBe(false)
    await orders.save(anOrder(numbered(8, { ...first, version: 2, next_check_at: LATE + 30_000 })))
    expect(await has()).toBe(true)
  })

  it('follows an order that is paid, and forgets one that is closed', async () => {
    const [open, shut] = [numbered(6, { created_at: LATE }), numbered(7, { created_at: LATE })]
    for (const order of [open, shut]) await orders.save(anOrder(order))
    await orders.save(paidOrder({ ...open, version: 2, success_time: '2026-03-03T00:00:00+08:00' }))
    await orders.save(anOrder({ ...shut, version: 2, status: 'CLOSED' }))
    const keys = (await list(DAY)).map(({ key }) => key)
    expect(keys.filter((key) => /[67]$/.test(key))).toEqual([])
    expect(await list('2026-03-03')).toEqual([{ key: `${MCHID}#ORDER-6`, billed: '4200000000000001#1000' }])
    const again = await orders.get(orderKey(MCHID, 'ORDER-6'))
    expect(again).toEqual(paidOrder({ ...open, version: 2, success_time: '2026-03-03T00:00:00+08:00' }))
  })

  it('lists refunds by the day on which they were asked for, all pages of them', async () => {
    const numbers = Array.from({ length: 70 }, (_, number) => `R-${number}`)
    for (const number of numbers) await orders.claimRefundNumber(MCHID, number, 'an order', '2026-03-04')
    await orders.claimRefundNumber(MCHID, 'ELSEWHERE', 'an order')
    const keys = numbers.map((number) => ({ key: `refund#${MCHID}#${number}` }))
    expect(await list('2026-03-04')).toEqual(keys.toSorted((one, other) => (one.key < other.key ? -1 : 1)))
  })
})

async function createDayTable({ client }: Dynamo): Promise<string> {
  const tableName = `table-${randomUUID()}`
  await client.send(
    new CreateTableCommand({
      TableName: tableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'order_key', AttributeType: 'S' },
        { AttributeName: DAY_INDEX.shardAttribute, AttributeType: 'S' },
      ],
      KeySchema: [{ AttributeName: 'order_key', KeyType: 'HASH' }],
      GlobalSecondaryIndexes: [
        {
          IndexName: DAY_INDEX.name,
          Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['billed'] },
          KeySchema: [
            { AttributeName: DAY_INDEX.shardAttribute, KeyType: 'HASH' },
            { AttributeName: 'order_key', KeyType: 'RANGE' },
          ],
        },
      ],
    }),
  )
  return tableName
}
