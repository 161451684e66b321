import { describe, expect, it } from 'vitest'
import { createDynamoMeter } from '../../bench/dynamo-units.ts'
import { itemBytes } from '../../bench/item-bytes.ts'

const OK = { status: 200, bytes: 0 }
const FAILED = { status: 400, bytes: 0 }
const put = (item: object) => JSON.stringify({ TableName: 't', Item: item })
const key = { fact_key: { S: 'k' } }
const pending = { pending_shard: { S: '1' }, dispatch_due_at: { N: '1' } }

describe('write units', () => {
  it('are one a started KB, and one more for a new index entry', () => {
    const meter = createDynamoMeter()
    meter.observe('PutItem', put({ ...key, text: { S: 'x'.repeat(1500) } }), OK)
    expect(meter.units.writes).toBe(2)
    meter.observe('PutItem', put({ fact_key: { S: 'other' }, ...pending }), OK)
    expect(meter.units.writes).toBe(2 + 2)
  })

  it('are billed for a failed condition by the item that is there, without its index', () => {
    const meter = createDynamoMeter()
    meter.observe('PutItem', put({ ...key, ...pending }), OK)
    meter.observe('PutItem', put({ ...key, ...pending, text: { S: 'x'.repeat(5000) } }), FAILED)
    expect(meter.units.writes).toBe(2 + 1)
  })

  it('are two for an index entry that moves and one for one that goes', () => {
    const meter = createDynamoMeter()
    meter.observe('PutItem', put({ ...key, ...pending }), OK)
    meter.observe(
      'UpdateItem',
      JSON.stringify({ TableName: 't', Key: key, UpdateExpression: 'SET dispatch_due_at = :until' }),
      OK,
    )
    expect(meter.units.writes).toBe(2 + 3)
    meter.observe(
      'UpdateItem',
      JSON.stringify({
        TableName: 't',
        Key: key,
        UpdateExpression: 'SET a = :a REMOVE pending_shard, dispatch_due_at',
      }),
      OK,
    )
    expect(meter.units.writes).toBe(5 + 2)
  })

  it('count each index for itself, and one for what an entry shows beside its key', () => {
    const meter = createDynamoMeter()
    const order = { order_key: { S: 'm#1' }, day_shard: { S: '2026-11-26#1' } }
    meter.observe('PutItem', put({ ...order, due_shard: { S: '1' }, next_check_at: { N: '1' } }), OK)
    expect(meter.units.writes).toBe(1 + 2)
    meter.observe('PutItem', put({ ...order, billed: { S: '42#100' } }), OK)
    expect(meter.units.writes).toBe(3 + 1 + 2)
    expect(meter.units.steps).toEqual({ 'put order': { requests: 2, units: 2, indexUnits: 4, bytes: 103 } })
    const paid = { ...order, billed: { S: '42#100' } }
    meter.observe('PutItem', put({ ...paid, held_shard: { S: '1' } }), OK)
    meter.observe('PutItem', put(paid), OK)
    expect(meter.units.writes).toBe(6 + 2 + 2)
  })
})

describe('read units', () => {
  it('are one a started 4 KB when consistent, half otherwise, and never nothing', () => {
    const meter = createDynamoMeter()
    meter.observe('PutItem', put({ ...key, text: { S: 'x'.repeat(5000) } }), OK)
    meter.observe('GetItem', JSON.stringify({ TableName: 't', Key: key, ConsistentRead: true }), OK)
    expect(meter.units.reads).toBe(2)
    meter.observe(
      'GetItem',
      JSON.stringify({ TableName: 't', Key: { fact_key: { S: 'absent' } }, ConsistentRead: true }),
      OK,
    )
    expect(meter.units.reads).toBe(3)
    meter.observe('Query', JSON.stringify({ TableName: 't' }), { status: 200, bytes: 9000 })
    expect(meter.units.reads).toBe(3 + 1.5)
  })
})

describe('sizes', () => {
  it('follow the documented rules for every type that is stored', () => {
    expect(itemBytes({ s: { S: 'é' }, n: { N: '1234' }, b: { BOOL: true } })).toBe(1 + 2 + (1 + 3) + (1 + 1))
    expect(itemBytes({ p: { B: Buffer.from('packed').toString('base64') } })).toBe(1 + 6)
    expect(itemBytes({ l: { L: [{ S: 'ab' }] }, m: { M: { k: { S: 'v' } } } })).toBe(
      1 + 3 + 1 + 2 + (1 + 3 + 1 + 2),
    )
  })
})
