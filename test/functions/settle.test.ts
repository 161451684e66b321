import { describe, expect, it } from 'vitest'
import { orderKey } from '#shared/orders/order-key.ts'
import { paymentFactKey } from '#shared/facts/fact-key.ts'
import { parseFactMessage } from '#functions/settle/schema.ts'
import { createSettle } from '#functions/settle/settle.ts'
import { conflictOf } from '#shared/facts/fact.ts'
import { recordFact } from '#shared/facts/record-fact.ts'
import { fen } from '#shared/money.ts'
import {
  anOrder,
  aRefund,
  closedFact,
  MCHID,
  paidOrder,
  paymentFact,
  refundFact,
} from '#test/support/orders.ts'
import { aWorld } from '#test/support/world.ts'

const KEY = orderKey(MCHID, 'ORDER-0001')
const SUCCESS = paymentFactKey(MCHID, 'ORDER-0001', 'SUCCESS')

async function setUp() {
  const world = aWorld()
  await world.given(anOrder())
  await recordFact(world, paymentFact({ attach: 'table 7' }))
  return { world, settle: createSettle(world) }
}

describe('settle', () => {
  it('applies, publishes, then ends the delivery', async () => {
    const { world, settle } = await setUp()
    await settle(SUCCESS)
    expect((await world.orders.get(KEY))?.status).toBe('PAID')
    expect((await world.facts.get(SUCCESS))?.pending).toBe(false)
    expect(world.published).toEqual([
      {
        specversion: '1.0',
        id: SUCCESS,
        source: `/wechatpay/${MCHID}`,
        type: 'payment.succeeded',
        subject: 'ORDER-0001',
        time: '2026-03-01T04:00:01.000Z',
        datacontenttype: 'application/json',
        data: {
          mchid: MCHID,
          out_trade_no: 'ORDER-0001',
          trade_state: 'SUCCESS',
          appid: 'wxd678efh567hg6787',
          transaction_id: '4200000000000001',
          success_time: '2026-03-01T12:00:05+08:00',
          amount: { total: 1000, payer_total: 1000, currency: 'CNY' },
          attach: 'table 7',
          order_version: 2,
          refundable: 1000,
          deficit: 0,
          holds: [],
        },
      },
    ])
  })

  it('does nothing for a fact that is settled', async () => {
    const { world, settle } = await setUp()
    await settle(SUCCESS)
    await settle(SUCCESS)
    expect(world.published).toHaveLength(1)
    expect((await world.orders.get(KEY))?.version).toBe(2)
  })

  it('publishes the same event again after a crash between writing the order and publishing', async () => {
    const { world, settle } = await setUp()
    await world.orders.save(anOrder({ status: 'CLOSED', version: 2 }))
    const crashing = createSettle({
      ...world,
      publisher: { publish: async () => Promise.reject(new Error('down')) },
    })
    await expect(crashing(SUCCESS)).rejects.toThrow('down')
    expect((await world.facts.get(SUCCESS))?.pending).toBe(true)
    expect((await world.orders.get(KEY))?.status).toBe('PAID')
    world.time.now += 60_000
    await settle(SUCCESS)
    expect(world.published).toHaveLength(1)
    expect(world.published[0]).toMatchObject({
      id: SUCCESS,
      type: 'payment.succeeded',
      data: { paid_after_close: true },
    })
    expect((await world.orders.get(KEY))?.version).toBe(3)
  })

  it('publishes again after a crash between publishing and marking, with the same id and content', async () => {
    const { world, settle } = await setUp()
    const crashing = createSettle({
      ...world,
      facts: { ...world.facts, markSettled: async () => Promise.reject(new Error('crash')) },
    })
    await expect(crashing(SUCCESS)).rejects.toThrow('crash')
    await settle(SUCCESS)
    expect(world.published[1]).toEqual(world.published[0])
  })

  it('applies a fact once when several settle it at the same time', async () => {
    const { world, settle } = await setUp()
    await Promise.all(Array.from({ length: 8 }, () => settle(SUCCESS)))
    expect((await world.orders.get(KEY))?.version).toBe(2)
    expect(new Set(world.published.map((event) => JSON.stringify(event))).size).toBe(1)
  })

  it('publishes order.held for other content under a known key, and says what it contradicts', async () => {
    const { world, settle } = await setUp()
    const other = paymentFact({ amount: { total: fen(1), currency: 'CNY' } })
    expect(await recordFact(world, other)).toBe('conflict')
    await settle(conflictOf(other).fact_key)
    await settle(SUCCESS)
    expect(
      world.published.map(({ type, data }) => [type, data['hold_reason'], data['conflicts_with']]),
    ).toEqual([
      ['order.held', 'amount_differs', SUCCESS],
      ['payment.succeeded', undefined, undefined],
      ['order.held', 'payment_conflict', undefined],
    ])
    expect(Object.values((await world.orders.get(KEY))!.holds).toSorted()).toEqual([
      'amount_differs',
      'payment_conflict',
    ])
  })

  it.each([
    ['a payment', paymentFact()],
    ['a refund of ours, whose number was written before it was reserved', refundFact('R1', 'SUCCESS', 300)],
  ])('points no refund number anywhere for %s', async (_, fact) => {
    const world = aWorld()
    await world.given(paidOrder({ refunds: { R1: aRefund({ out_refund_no: 'R1', amount: fen(300) }) } }))
    await recordFact(world, fact)
    const claimed: unknown[] = []
    const claimRefundNumber = async (...args: readonly string[]) => (
      claimed.push(args),
      { holder: KEY, claimId: '1' }
    )
    await createSettle({ ...world, orders: { ...world.orders, claimRefundNumber } })(fact.fact_key)
    expect((await world.facts.get(fact.fact_key))?.pending).toBe(false)
    expect(claimed).toEqual([])
  })

  it('makes a refund that was made elsewhere findable by its number', async () => {
    const { world, settle } = await setUp()
    const refund = refundFact('CONSOLE-1', 'SUCCESS', 300)
    await recordFact(world, refund)
    await settle(refund.fact_key)
    expect(await world.orders.findByRefundNumber(MCHID, 'CONSOLE-1')).toBe(KEY)
    expect((await world.orders.get(KEY))?.refunds['CONSOLE-1']?.status).toBe('SUCCESS')
  })

  it('publishes nothing for a stale fact but ends its delivery', async () => {
    const { world, settle } = await setUp()
    await settle(SUCCESS)
    await recordFact(world, closedFact())
    await settle(closedFact().fact_key)
    expect(world.published).toHaveLength(1)
    expect((await world.facts.get(closedFact().fact_key))?.pending).toBe(false)
  })

  it('reports a message without a fact and goes on', async () => {
    const { world, settle } = await setUp()
    await settle('payment#1#none#SUCCESS')
    expect(world.logged).toMatchObject([{ level: 'error', code: 'FACT_MISSING' }])
  })
})

describe('recordFact', () => {
  it('tells the four cases apart and dispatches whatever is not settled', async () => {
    const { world, settle } = await setUp()
    expect(world.dispatched).toEqual([SUCCESS])
    expect(await recordFact(world, paymentFact())).toBe('duplicate_pending')
    expect(world.dispatched).toEqual([SUCCESS, SUCCESS])
    await settle(SUCCESS)
    expect(await recordFact(world, paymentFact({ bank_type: 'OTHERS' }))).toBe('duplicate_settled')
    expect(world.dispatched).toHaveLength(2)
    const other = paymentFact({ transaction_id: '9' })
    expect(await recordFact(world, other)).toBe('conflict')
    expect(await recordFact(world, other)).toBe('conflict')
    expect(world.dispatched.slice(2)).toEqual([conflictOf(other).fact_key, conflictOf(other).fact_key])
    await settle(conflictOf(other).fact_key)
    expect(await recordFact(world, other)).toBe('conflict')
    expect(world.dispatched).toHaveLength(4)
  })

  it('rejects when the fact is stored but could not be dispatched', async () => {
    const world = aWorld()
    await expect(
      recordFact(
        { ...world, dispatcher: { dispatch: async () => Promise.reject(new Error('queue')) } },
        paymentFact(),
      ),
    ).rejects.toThrow('queue')
    expect((await world.facts.get(SUCCESS))?.pending).toBe(true)
  })
})

describe('the fact message', () => {
  it.each([
    ['{"fact_key":"payment#1#A#SUCCESS"}', 'payment#1#A#SUCCESS'],
    ['{"fact_key":"other#1"}', undefined],
    ['{"fact_key":7}', undefined],
    ['{}', undefined],
    ['not json', undefined],
    [`{"fact_key":"payment#${'x'.repeat(300)}"}`, undefined],
  ])('%s is read as %s', (body, key) => {
    expect(parseFactMessage(body)).toBe(key)
  })
})
