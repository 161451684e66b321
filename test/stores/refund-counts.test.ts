/** The hour of a merchant in DynamoDB: exact at once, an hour long, and not growing. */
import { GetItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fen } from '#shared/money.ts'
import { refundCountKey } from '#shared/orders/order-key.ts'
import { createDynamoRefundCounts } from '#shared/stores/dynamo-refund-counts.ts'
import { DUE_INDEX } from '#shared/stores/dynamo-order-store.ts'
import { MCHID, NOW } from '#test/support/orders.ts'
import type { Dynamo } from './engines.ts'
import { DYNAMO_ENGINES } from './engines.ts'

const MINUTE = 60_000

describe.each(DYNAMO_ENGINES)('counts in %s', (_name, start) => {
  let dynamo: Dynamo
  beforeAll(async () => {
    dynamo = await start()
  })
  afterAll(() => dynamo?.stop())

  async function setUp() {
    const table = { client: dynamo.client, tableName: await dynamo.createTable(DUE_INDEX) }
    return { table, counts: createDynamoRefundCounts({ ...table, mchid: MCHID }) }
  }

  it('show every refund what was counted before it: of many at once, each sees another sum', async () => {
    const { counts } = await setUp()
    const seen = await Promise.all(Array.from({ length: 12 }, () => counts.countRefund(fen(10), NOW)))
    expect(seen.map(({ count }) => count).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 12 }, (_, index) => index + 1),
    )
    expect(Math.max(...seen.map(({ amount }) => amount))).toBe(120)
  })

  it('cover an hour, and at most five minutes more', async () => {
    const { counts } = await setUp()
    const start = NOW - (NOW % (5 * MINUTE))
    await counts.countRefund(fen(10), start)
    expect(await counts.countRefund(fen(1), start + 60 * MINUTE)).toEqual({ count: 2, amount: 11 })
    expect(await counts.countRefund(fen(1), start + 65 * MINUTE)).toEqual({ count: 2, amount: 2 })
  })

  it('hold what was counted by a clock that is five minutes ahead, and take nothing of the hour away by it', async () => {
    const { counts } = await setUp()
    const start = NOW - (NOW % (5 * MINUTE))
    await counts.countRefund(fen(10), start + 5 * MINUTE)
    expect(await counts.countRefund(fen(1), start)).toEqual({ count: 2, amount: 11 })
    for (let step = -30; step < 0; step += 1) await counts.countRefund(fen(1), start + step * 5 * MINUTE)
    const before = await counts.countRefund(fen(1), start)
    await counts.countRefund(fen(0), start + 5 * MINUTE)
    expect(await counts.countRefund(fen(0), start)).toMatchObject({ amount: before.amount })
  })

  it('take away what counts no more', async () => {
    const { counts, table } = await setUp()
    for (let hour = 0; hour < 30; hour += 1) await counts.countRefund(fen(1), NOW + hour * 60 * MINUTE)
    const Key = { order_key: { S: refundCountKey(MCHID) } }
    const { Item = {} } = await dynamo.client.send(new GetItemCommand({ TableName: table.tableName, Key }))
    expect(Object.keys(Item).length).toBeLessThan(32)
  })

  it('sum up the payments of all their items', async () => {
    const { counts } = await setUp()
    await Promise.all(Array.from({ length: 20 }, (_, index) => counts.countPayment(`ORDER-${index}`, NOW)))
    expect(await counts.payments(NOW)).toBe(20)
    expect(await counts.payments(NOW + 65 * MINUTE)).toBe(0)
  })
})
