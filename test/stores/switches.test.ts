/** The switches in DynamoDB: who set them and why is never lost, and what cannot be read never passes for "off". */
import { PutItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { switchesKey } from '#shared/orders/order-key.ts'
import { createDynamoSwitches } from '#shared/stores/dynamo-switches.ts'
import { DUE_INDEX } from '#shared/stores/dynamo-order-store.ts'
import { MCHID, NOW } from '#test/support/orders.ts'
import type { Dynamo } from './engines.ts'
import { DYNAMO_ENGINES, loseNextWriteAnswer } from './engines.ts'

const set = { name: 'refunds', on: true, by: 'ann', note: 'fraud?', at: NOW } as const
const cleared = { ...set, on: false, by: 'ben', note: 'no fraud', at: NOW + 1000 } as const

describe.each(DYNAMO_ENGINES)('switches in %s', (_name, start) => {
  let dynamo: Dynamo
  beforeAll(async () => {
    dynamo = await start()
  })
  afterAll(() => dynamo?.stop())

  async function setUp() {
    const table = { client: dynamo.client, tableName: await dynamo.createTable(DUE_INDEX) }
    return { table, switches: createDynamoSwitches({ ...table, mchid: MCHID }) }
  }

  it('are all off at first, and keep who set one and cleared it, newest first', async () => {
    const { switches } = await setUp()
    expect([await switches.readOn(), await switches.history(9)]).toEqual([{}, []])
    expect(await switches.change(set)).toEqual({
      on: { refunds: { by: 'ann', note: 'fraud?', at: NOW } },
      changed: true,
    })
    await switches.change({ ...set, name: 'prepay' })
    expect(await switches.change(cleared)).toMatchObject({ on: { prepay: { by: 'ann' } }, changed: true })
    expect(Object.keys(await switches.readOn())).toEqual(['prepay'])
    expect(await switches.history(9)).toEqual([cleared, { ...set, name: 'prepay' }, set])
    expect(await switches.history(1)).toEqual([cleared])
  })

  it('stay with whoever set them first, and clearing one that is off is no change', async () => {
    const { switches } = await setUp()
    expect(await switches.change(cleared)).toEqual({ on: {}, changed: false })
    await switches.change(set)
    expect(await switches.change({ ...set, by: 'carl' })).toEqual({
      on: { refunds: { by: 'ann', note: 'fraud?', at: NOW } },
      changed: false,
    })
    expect(await switches.history(9)).toEqual([set])
  })

  it('are changed by one of two at once; the other one is told', async () => {
    const { switches } = await setUp()
    const results = await Promise.allSettled([
      switches.change(set),
      switches.change({ ...set, name: 'prepay' }),
    ])
    const lost = results.filter(({ status }) => status === 'rejected')
    for (const loser of lost) expect(loser).toMatchObject({ reason: { code: 'storage_conflict' } })
    const on = Object.keys(await switches.readOn())
    expect(on).toHaveLength(2 - lost.length)
    expect((await switches.history(9)).map(({ name }) => name).toSorted()).toEqual(on.toSorted())
  })

  it('know their own write when its answer was lost', async () => {
    const { switches } = await setUp()
    await switches.change(set)
    loseNextWriteAnswer(dynamo.client)
    const other = { ...set, name: 'prepay' } as const
    // The first write of a change is its entry; that one was repeated under its own key.
    await switches.change(other).catch(() => switches.change(other))
    expect(Object.keys(await switches.readOn()).toSorted()).toEqual(['prepay', 'refunds'])
  })

  it('cannot be read from an item that somebody spoiled', async () => {
    const { switches, table } = await setUp()
    await switches.change(set)
    const Item = { order_key: { S: switchesKey(MCHID) }, v: { N: '1' }, on: { BOOL: false } }
    await dynamo.client.send(new PutItemCommand({ TableName: table.tableName, Item }))
    await expect(switches.readOn()).rejects.toMatchObject({ code: 'internal_error' })
  })
})
