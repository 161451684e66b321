import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDynamoFactStore, PENDING_INDEX } from '#shared/stores/dynamo-fact-store.ts'
import { createDynamoOrderStore, DUE_INDEX } from '#shared/stores/dynamo-order-store.ts'
import type { Dynamo } from './engines.ts'
import { DYNAMO_ENGINES, loseNextWriteAnswer } from './engines.ts'
import { MCHID, NOW, sampleOrder, sampleNotice, samplePayment, sampleRefund } from './samples.ts'

describe.each(DYNAMO_ENGINES)('what the stores write to %s', (_name, start) => {
  let dynamo: Dynamo
  let orderTable: string
  let factTable: string
  beforeAll(async () => {
    dynamo = await start()
    orderTable = await dynamo.createTable(DUE_INDEX)
    factTable = await dynamo.createTable(PENDING_INDEX)
  })
  afterAll(() => dynamo.stop())

  const orders = () =>
    createDynamoOrderStore({ client: dynamo.client, tableName: orderTable, readFact: async () => undefined })
  const facts = () => createDynamoFactStore({ client: dynamo.client, tableName: factTable })
  const read = async (TableName: string, key: Record<string, string>) => {
    const { Item } = await dynamo.client.send(
      new GetItemCommand({ TableName, Key: marshall(key), ConsistentRead: true }),
    )
    return Item === undefined ? undefined : unmarshall(Item)
  }
  const write = (TableName: string, item: object) =>
    dynamo.client.send(
      new PutItemCommand({ TableName, Item: marshall(item, { removeUndefinedValues: true }) }),
    )
  const stored = (orderKey: string) => read(orderTable, { order_key: orderKey })

  it('shows the wire names of WeChat as top-level attributes', async () => {
    const order = sampleOrder('form', { next_check_at: NOW, refunds: { R1: sampleRefund('R1') } })
    await orders().save(order)
    expect(await stored(order.order_key)).toMatchObject({
      out_trade_no: 'form',
      mchid: MCHID,
      amount: { total: 100, currency: 'CNY' },
      refunds: [{ out_refund_no: 'R1', amount: 1 }],
      due_shard: expect.stringMatching(/^(?:1[6-9]|2[0-9]|3[01])$/),
      next_check_at: NOW,
    })
  })

  it('leaves both index attributes out when there is nothing to check', async () => {
    const order = sampleOrder('sparse')
    await orders().save(order)
    expect(Object.keys((await stored(order.order_key))!)).not.toEqual(expect.arrayContaining(['due_shard']))
    expect(Object.keys((await stored(order.order_key))!)).not.toEqual(
      expect.arrayContaining(['next_check_at']),
    )
  })

  it('removes a fact from the index when it is settled and remembers the first time', async () => {
    const fact = samplePayment('form')
    await facts().put(fact)
    expect(await read(factTable, { fact_key: fact.fact_key })).toMatchObject({
      dispatch_due_at: NOW + 60_000,
      pending_shard: expect.any(String),
    })
    await facts().markSettled(fact.fact_key, NOW + 1)
    await facts().markSettled(fact.fact_key, NOW + 2)
    const item = await read(factTable, { fact_key: fact.fact_key })
    expect(item).toMatchObject({ settled_at: NOW + 1 })
    expect(item).not.toHaveProperty('dispatch_due_at')
    expect(item).not.toHaveProperty('pending_shard')
  })

  it('lets a fact expire only where it is settled so, in whole seconds', async () => {
    const [kept, expiring] = [samplePayment('kept'), sampleNotice('EV-2')]
    for (const fact of [kept, expiring]) await facts().put(fact)
    expect(await read(factTable, { fact_key: expiring.fact_key })).not.toHaveProperty('expires_at')
    await facts().markSettled(kept.fact_key, NOW)
    await facts().markSettled(expiring.fact_key, NOW, { until: NOW + 1500 })
    await facts().markSettled(expiring.fact_key, NOW, { until: NOW + 9500 })
    expect(await read(factTable, { fact_key: kept.fact_key })).not.toHaveProperty('expires_at')
    expect(await read(factTable, { fact_key: expiring.fact_key })).toMatchObject({
      expires_at: NOW / 1000 + 2,
    })
    expect(await facts().get(expiring.fact_key)).toEqual({ fact: expiring, pending: false })
  })

  it('points a refund number to its order with an item of its own', async () => {
    await orders().claimRefundNumber(MCHID, 'R9', `${MCHID}#A`)
    expect(await stored(`refund#${MCHID}#R9`)).toEqual({
      order_key: `refund#${MCHID}#R9`,
      v: 1,
      target: `${MCHID}#A`,
      claim_id: expect.any(String),
    })
  })

  it('keeps what a newer release wrote through read, change and write', async () => {
    const order = sampleOrder('newer', { refunds: { R1: sampleRefund('R1') } })
    await orders().save(order)
    const item = (await stored(order.order_key))!
    Object.assign(item, { novelty: { deep: ['x', 1, null] } })
    Object.assign(item['known'].ours.refunds[0], { novelty: 'refund' })
    await write(orderTable, item)
    const read1 = (await orders().get(order.order_key))!
    expect(await orders().save({ ...read1, version: 2, description: 'changed' })).toBe(true)
    const { write_id: before, known_beside: _old, ...expected } = item
    const { write_id: after, known_beside: _new, ...rewritten } = (await stored(order.order_key))!
    expect(rewritten).toEqual({ ...expected, version: 2, description: 'changed' })
    expect(after).not.toBe(before)
  })

  it('refuses an order in a newer form with a code that asks for a repeat', async () => {
    const order = sampleOrder('form-4')
    await orders().save(order)
    await write(orderTable, { ...(await stored(order.order_key)), v: 4 })
    await expect(orders().get(order.order_key)).rejects.toMatchObject({
      code: 'storage_unavailable',
      message: expect.stringContaining('form 4'),
    })
  })

  it.each([
    ['a fractional amount', { refundable: 1.5 }, 'refundable'],
    ['a negative amount', { amount: { total: -1, currency: 'CNY' } }, 'amount.total'],
    ['an amount above 2^53 - 1', { amount: { total: 2n ** 53n, currency: 'CNY' } }, 'amount.total'],
    ['an amount as text', { refunds: [{ ...sampleRefund('R'), amount: '4711' }] }, 'refunds.0.amount'],
    ['an unknown status', { status: 'LIMBO' }, 'status'],
    ['a missing attribute', { mchid: undefined }, 'mchid'],
    ['a refund number that is there twice', { refunds: [sampleRefund('R'), sampleRefund('R')] }, 'refunds'],
  ])('refuses an order with %s and names the attribute, not the value', async (_what, broken, path) => {
    const { order_key } = sampleOrder(`broken ${path}`)
    await orders().save(sampleOrder(`broken ${path}`))
    await write(orderTable, { ...(await stored(order_key)), ...broken })
    await expect(orders().get(order_key)).rejects.toMatchObject({
      code: 'internal_error',
      message: `the stored order cannot be read: ${path}`,
    })
  })

  it('refuses a fact that is broken or newer, also where a put runs into it', async () => {
    const fact = samplePayment('broken')
    await write(factTable, { ...fact, content_hash: 7 })
    await expect(facts().put(fact)).rejects.toMatchObject({
      message: 'the stored fact cannot be read: content_hash',
    })
    await write(factTable, { ...fact, v: 2 })
    await expect(facts().get(fact.fact_key)).rejects.toMatchObject({ code: 'storage_unavailable' })
  })

  it.each([1, 2])(
    'knows its own save of version %i when the answer was lost and the SDK tried again',
    async (version) => {
      const order = sampleOrder(`lost-${version}`)
      if (version === 2) await orders().save(order)
      loseNextWriteAnswer(dynamo.client)
      expect(await orders().save({ ...order, version, description: 'mine' })).toBe(true)
      expect(await orders().get(order.order_key)).toMatchObject({ version, description: 'mine' })
    },
  )

  it('shows a fact whose answer was lost as a pending duplicate', async () => {
    const fact = samplePayment('lost')
    loseNextWriteAnswer(dynamo.client)
    expect(await facts().put(fact)).toEqual({ stored: false, existing: { fact, pending: true } })
  })

  it('claims a refund number whose answer was lost', async () => {
    loseNextWriteAnswer(dynamo.client)
    const claim = await orders().claimRefundNumber(MCHID, 'lost', `${MCHID}#A`)
    expect(claim.holder).toBe(`${MCHID}#A`)
    await orders().releaseRefundNumber(MCHID, 'lost', claim.claimId)
    expect(await orders().findByRefundNumber(MCHID, 'lost')).toBeUndefined()
  })

  it('reports a table that is not there as storage that is not available', async () => {
    const store = createDynamoFactStore({ client: dynamo.client, tableName: 'no-such-table' })
    await expect(store.get('x')).rejects.toMatchObject({ code: 'storage_unavailable' })
    await expect(store.put(samplePayment('x'))).rejects.toMatchObject({ code: 'storage_unavailable' })
  })

  it('reports an order that does not fit into an item as a fault of ours', async () => {
    const huge = sampleOrder('huge', { description: 'x'.repeat(410_000) })
    await expect(orders().save(huge)).rejects.toMatchObject({ code: 'internal_error' })
  })
})
