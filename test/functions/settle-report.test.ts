import { describe, expect, it } from 'vitest'
import { createSettle } from '#functions/settle/settle.ts'
import type { Fact } from '#shared/facts/fact.ts'
import { recordFact } from '#shared/facts/record-fact.ts'
import { fen } from '#shared/money.ts'
import type { Order } from '#shared/orders/order.ts'
import { anOrder, closedFact, paidOrder, paymentFact, refundFact } from '#test/support/orders.ts'
import { aWorld } from '#test/support/world.ts'

async function settled(order: Order, fact: Fact) {
  const world = aWorld()
  await world.given(order)
  await recordFact(world, fact)
  await createSettle(world)(fact.fact_key)
  return world
}
const reserved = (amount = 300) => {
  return paidOrder({ refunds: { R1: { status: 'PROCESSING', amount: fen(amount) } } })
}

describe('what settle logs and counts', () => {
  it.each<[string, Order, Fact, object, ReadonlyArray<readonly [string, number]>]>([
    [
      'an applied payment',
      anOrder(),
      paymentFact(),
      { outcome: 'applied', event_type: 'payment.succeeded' },
      [
        ['EventPublished', 1],
        ['FactApplied', 1],
      ],
    ],
    ['a stale close', paidOrder(), closedFact(), { outcome: 'stale' }, [['FactStale', 1]]],
    [
      'a held payment',
      anOrder(),
      paymentFact({ amount: { total: fen(1), currency: 'CNY' } }),
      { outcome: 'held', event_type: 'order.held', hold_reason: 'amount_differs' },
      [
        ['EventPublished', 1],
        ['FactHeld', 1],
      ],
    ],
    [
      'an abnormal refund',
      reserved(),
      refundFact('R1', 'ABNORMAL'),
      { outcome: 'applied', event_type: 'refund.abnormal' },
      [
        ['EventPublished', 1],
        ['RefundAbnormal', 1],
        ['FactApplied', 1],
      ],
    ],
    [
      'a closed refund',
      reserved(),
      refundFact('R1', 'CLOSED'),
      { outcome: 'applied', event_type: 'refund.closed' },
      [
        ['EventPublished', 1],
        ['RefundClosed', 1],
        ['FactApplied', 1],
      ],
    ],
    [
      'a refund that succeeded',
      reserved(),
      refundFact('R1', 'SUCCESS'),
      { outcome: 'applied', event_type: 'refund.succeeded' },
      [
        ['EventPublished', 1],
        ['FactApplied', 1],
      ],
    ],
  ])('%s, completely and once', async (_, order, fact, fields, measured) => {
    const world = await settled(order, fact)
    const known = { fact_key: fact.fact_key, out_trade_no: 'ORDER-0001' }
    expect(world.logged).toEqual([{ level: 'info', code: 'FACT_SETTLED', fields: { ...known, ...fields } }])
    expect(world.measured).toEqual(measured)
  })

  it('a held payment also where the end of its delivery is written and the answer is lost', async () => {
    const world = aWorld()
    await world.given(anOrder())
    const fact = paymentFact({ amount: { total: fen(1), currency: 'CNY' } })
    await recordFact(world, fact)
    const { facts } = world
    const losing = createSettle({
      ...world,
      facts: {
        get: (key) => facts.get(key),
        markSettled: async (key, at) => {
          await facts.markSettled(key, at)
          throw new Error('the answer is lost')
        },
      },
    })
    await expect(losing(fact.fact_key)).rejects.toThrow('the answer is lost')
    await createSettle(world)(fact.fact_key)
    // The repeat finds the fact settled and says no more of it: the alarm on held orders has what was counted before.
    expect(world.logged.map(({ code }) => code)).toEqual(['FACT_SETTLED_BEFORE'])
    expect(world.measured.filter(([name]) => name === 'FactHeld')).toEqual([['FactHeld', 1]])
  })

  it('a fact that was settled before, and one that is missing', async () => {
    const world = await settled(anOrder(), paymentFact())
    const settle = createSettle(world)
    await settle(paymentFact().fact_key)
    await settle('payment#1#ORDER-9#SUCCESS')
    expect(world.logged.slice(1)).toEqual([
      { level: 'info', code: 'FACT_SETTLED_BEFORE', fields: { fact_key: paymentFact().fact_key } },
      { level: 'error', code: 'FACT_MISSING', fields: { fact_key: 'payment#1#ORDER-9#SUCCESS' } },
    ])
  })
})
