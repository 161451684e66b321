/** What each operation may cost in units of DynamoDB: a write or a read more is a decision, and changes this. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startDynamoDb } from '#local/cloud/dynamodb.ts'
import type { LocalDynamoDb } from '#local/cloud/dynamodb.ts'
import { NOW } from '#test/support/orders.ts'
import { countedBy, differenceOf } from '../../bench/growth/counting.ts'
import { fullOrder, writeUnits } from '../../bench/growth/full-order.ts'
import { stepsOn } from '../../bench/growth/steps.ts'
import type { Steps } from '../../bench/growth/steps.ts'
import { createTables } from '../../bench/growth/tables.ts'
import { testClient } from '../stores/engines.ts'

describe('the units of an operation', () => {
  let dynamo: LocalDynamoDb
  let steps: Steps
  let units: (run: () => Promise<void>) => Promise<{ readonly reads: number; readonly writes: number }>

  beforeAll(async () => {
    dynamo = await startDynamoDb()
    const client = testClient(dynamo.endpoint)
    const names = await createTables(client)
    const meter = countedBy(client)
    steps = stepsOn(client, names)
    units = async (run) => {
      const before = { ...meter.units }
      await run()
      return differenceOf(meter.units, before)
    }
    await steps.place('G-1')
  })
  afterAll(() => dynamo.stop())

  it('are six to write and two to read for a notification until its payment is settled', async () => {
    expect(await units(() => steps.notification('G-1'))).toEqual({ reads: 2, writes: 6 })
  })

  it('are one to read for a query of a paid order', async () => {
    expect(await units(() => steps.query('G-1'))).toEqual({ reads: 1, writes: 0 })
  })

  it('are twelve to write and three to read for a refund until its success is settled', async () => {
    expect(await units(() => steps.refund('G-1'))).toEqual({ reads: 3, writes: 12 })
  })

  it('are, of a sweep, four to write for each order that is due', async () => {
    const idle = await units(() => steps.sweep())
    for (const number of ['DUE-1', 'DUE-2', 'DUE-3']) await steps.place(number, NOW)
    const { writes } = await units(() => steps.sweep())
    expect(writes - idle.writes).toBe(3 * 4)
  })
})

describe('an order with 150 refunds', () => {
  it('is written for less than a third of what it takes in form 1', () => {
    const order = fullOrder()
    expect(Object.keys(order.refunds)).toHaveLength(150)
    expect(writeUnits(order, 3)).toBeLessThanOrEqual(writeUnits(order, 1) / 3)
  })
})
