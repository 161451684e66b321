import { describe, expect, it } from 'vitest'
import { orderKey } from '#shared/orders/order-key.ts'
import { paymentFactKey } from '#shared/facts/fact-key.ts'
import { createHold } from '#functions/hold/hold.ts'
import { parseReleaseRequest } from '#functions/hold/schema.ts'
import { createSettle } from '#functions/settle/settle.ts'
import { recordFact } from '#shared/facts/record-fact.ts'
import { fen } from '#shared/money.ts'
import type { Order } from '#shared/orders/order.ts'
import { reserve } from '#shared/ledger/reservation.ts'
import { anOrder, MCHID, NOW, paidOrder, paymentFact, refundFact } from '#test/support/orders.ts'
import { aWorld } from '#test/support/world.ts'

const KEY = orderKey(MCHID, 'ORDER-0001')
const SUCCESS = paymentFactKey(MCHID, 'ORDER-0001', 'SUCCESS')
const signature = { by: 'li.lei', note: 'seen with the bank' }
const accept = { ...signature, decision: 'accept', hold: 'amount_differs#1' } as const

async function setUp(order: Order | undefined, ...facts: ReadonlyArray<ReturnType<typeof paymentFact>>) {
  const world = aWorld()
  if (order !== undefined) await world.given(order)
  const settle = createSettle(world)
  for (const fact of facts) {
    await recordFact(world, fact)
    await settle(fact.fact_key)
  }
  const settleAll = async () => {
    for (const key of new Set(world.dispatched)) await settle(key)
  }
  const stored = async () => (await world.orders.get(KEY))!
  /** The first open hold. */
  const heldBy = async () => Object.keys((await stored()).holds)[0]!
  return { world, settleAll, hold: createHold(world), stored, heldBy }
}
const less = paymentFact({ amount: { total: fen(900), currency: 'CNY' } })

describe('a hold by hand', () => {
  it('stops refunds until it is dismissed, and both are signed', async () => {
    const { hold, stored, heldBy, world, settleAll } = await setUp(paidOrder())
    await hold.place('ORDER-0001', signature)
    const name = await heldBy()
    expect(await stored()).toMatchObject({
      holds: { [name]: 'placed_by_operator' },
      books: { decided: [{ at: NOW, action: 'hold', hold: name, ...signature }] },
    })
    const refund = { out_refund_no: 'R1', amount: fen(1), request: '{}', request_hash: 'h' }
    expect(reserve((await stored()).books, refund, NOW)).toEqual({ refused: 'order_held' })
    await hold.release('ORDER-0001', { ...signature, decision: 'dismiss', hold: name })
    expect((await stored()).holds).toEqual({})
    expect((await stored()).books.decided.map(({ action }) => action)).toEqual(['hold', 'dismiss'])
    expect(reserve((await stored()).books, refund, NOW)).toHaveProperty('ours')
    await settleAll()
    expect(world.published.map(({ type, data }) => [type, data['opened'] ?? data['released']])).toEqual([
      ['order.held', [name]],
      ['order.released', [name]],
    ])
  })
})

describe('a hold that is asked for again', () => {
  it('is there once, and again with another note', async () => {
    const { world, hold, stored } = await setUp(paidOrder())
    await hold.place('ORDER-0001', signature)
    world.time.now += 1000
    await hold.place('ORDER-0001', signature)
    expect(Object.keys((await stored()).holds)).toHaveLength(1)
    await hold.place('ORDER-0001', { ...signature, note: 'and more' })
    expect(Object.keys((await stored()).holds)).toHaveLength(2)
    world.time.now += 1000
    expect(
      Object.keys((await hold.place('ORDER-0001', { ...signature, by: 'han.meimei' })).holds),
    ).toHaveLength(3)
    expect(await hold.place('ORDER-0001', signature)).toEqual(await stored())
  })

  it('can be dismissed however many entries there are', async () => {
    const { world, hold, stored } = await setUp(paidOrder())
    for (let index = 0; index < 60; index += 1) {
      world.time.now += 1
      await hold.place('ORDER-0001', { ...signature, note: `note ${index}` }).catch(() => {})
    }
    for (const name of Object.keys((await stored()).holds))
      await hold.release('ORDER-0001', { ...signature, decision: 'dismiss', hold: name })
    expect((await stored()).holds).toEqual({})
    expect((await stored()).books.decided.length).toBeLessThanOrEqual(100)
  })
})

describe('a payment and a refund of an unknown order', () => {
  it('count once a person accepts the payment', async () => {
    const refund = refundFact('R1', 'SUCCESS', 400)
    const { hold, stored, heldBy } = await setUp(undefined, paymentFact(), refund)
    expect(await stored()).toMatchObject({
      status: 'UNRECOGNIZED',
      holds: { order_unknown: 'order_unknown' },
    })
    await hold.release('ORDER-0001', { ...accept, hold: await heldBy() })
    expect(await stored()).toMatchObject({
      status: 'PAID',
      refundable: 600,
      holds: {},
      refunds: { R1: { status: 'SUCCESS', amount: 400 } },
    })
  })
})

describe('a held payment', () => {
  it('is applied once a person accepts it: the order takes the amount of WeChat', async () => {
    const { world, settleAll, hold, stored, heldBy } = await setUp(anOrder(), less)
    const held = await heldBy()
    const answer = await hold.release('ORDER-0001', { ...accept, hold: held })
    expect(answer).toMatchObject({
      status: 'PAID',
      amount: { total: 900 },
      refundable: 900,
      holds: {},
      books: { decided: [{ action: 'accept', hold: held, ...signature }] },
    })
    expect(await stored()).toEqual(answer)
    await settleAll()
    expect(world.published.map(({ id, type, data }) => [id, type, data['decision']])).toEqual([
      [SUCCESS, 'order.held', undefined],
      [world.dispatched[1], 'payment.succeeded', 'accept'],
      [`${world.dispatched[1]}#order.released`, 'order.released', 'accept'],
    ])
  })

  it('can be dismissed instead: it need not block, and is not applied', async () => {
    const { world, hold, stored, heldBy } = await setUp(anOrder(), less)
    await hold.release('ORDER-0001', { ...accept, decision: 'dismiss', hold: await heldBy() })
    expect(await stored()).toMatchObject({ status: 'AWAITING_PAYMENT', holds: {} })
    expect((await stored()).next_check_at).toBeUndefined()
    expect(world.dispatched).toHaveLength(2)
  })

  it('can be accepted after it was dismissed', async () => {
    const { hold, stored, heldBy } = await setUp(anOrder(), less)
    const held = await heldBy()
    await hold.release('ORDER-0001', { ...accept, decision: 'dismiss', hold: held })
    await hold.release('ORDER-0001', { ...accept, hold: held })
    expect(await stored()).toMatchObject({ status: 'PAID', refundable: 900, holds: {} })
  })

  it('is applied once however often it is accepted', async () => {
    const { world, settleAll, hold, stored, heldBy } = await setUp(anOrder(), less)
    const accepting = { ...accept, hold: await heldBy() }
    await Promise.all([hold.release('ORDER-0001', accepting), hold.release('ORDER-0001', accepting)])
    await settleAll()
    await settleAll()
    expect(world.published.filter(({ type }) => type === 'payment.succeeded')).toHaveLength(1)
    expect(await hold.release('ORDER-0001', accepting)).toEqual(await stored())
    expect((await stored()).refundable).toBe(900)
  })
})

describe('what cannot be released', () => {
  it('is said clearly', async () => {
    const conflict = paymentFact({ amount: { total: fen(1000), currency: 'USD' } })
    const { hold, heldBy } = await setUp(anOrder(), conflict)
    await expect(hold.release('ORDER-0001', { ...accept, hold: await heldBy() })).rejects.toMatchObject({
      code: 'hold_not_acceptable',
    })
    await expect(hold.release('ORDER-0001', { ...accept, hold: 'payment#other' })).rejects.toMatchObject({
      code: 'hold_not_found',
    })
    await expect(
      hold.release('ORDER-0001', { ...accept, decision: 'dismiss', hold: 'constructor' }),
    ).rejects.toMatchObject({ code: 'hold_not_found' })
    await expect(hold.place('ORDER-0404', signature)).rejects.toMatchObject({ code: 'order_not_found' })
    const refund = refundFact('R1', 'SUCCESS', 5000)
    const refunds = await setUp(paidOrder(), refund)
    await expect(
      refunds.hold.release('ORDER-0001', { ...accept, hold: 'over_refunded' }),
    ).rejects.toMatchObject({ code: 'hold_not_acceptable' })
  })

  it('ends before there is no room left to release', async () => {
    const decided = Array.from({ length: 100 }, () => ({
      at: NOW,
      action: 'accept' as const,
      hold: 'x',
      ...signature,
    }))
    const { hold } = await setUp(paidOrder({ decided }))
    await expect(hold.place('ORDER-0001', signature)).rejects.toMatchObject({
      code: 'invalid_request',
      message: 'the order has too many decisions (100 at most)',
    })
  })

  it.each([
    [{ ...accept, by: '' }, 'by'],
    [{ ...accept, decision: 'forget' }, 'decision'],
    [{ ...accept, amount: 1 }, 'amount'],
    [{ ...accept, note: undefined }, 'note'],
  ])('needs a whole request: %o', (body, field) => {
    expect(() => parseReleaseRequest(body)).toThrow(
      expect.objectContaining({ fields: [expect.objectContaining({ field })] }),
    )
  })
})

describe('two holds in the same millisecond', () => {
  it('are two, each dismissed by itself', async () => {
    const { hold, stored } = await setUp(paidOrder())
    await hold.place('ORDER-0001', signature)
    await hold.place('ORDER-0001', { ...signature, note: 'another' })
    const [first] = Object.keys((await stored()).holds)
    await hold.release('ORDER-0001', { ...signature, decision: 'dismiss', hold: first! })
    expect(Object.keys((await stored()).holds)).toHaveLength(1)
  })
})
