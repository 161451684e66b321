import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { conflictOf } from '#shared/facts/fact.ts'
import type { Fact } from '#shared/facts/fact.ts'
import { fen } from '#shared/money.ts'
import type { Order, RefundStatus } from '#shared/orders/order.ts'
import { transition } from '#shared/orders/transition.ts'
import {
  anOrder,
  closedFact,
  NOW,
  onlyLeft,
  paidOrder,
  paymentFact,
  refundFact,
} from '#test/support/orders.ts'

function apply(order: Order | undefined, ...facts: readonly Fact[]): Order {
  let current = order
  for (const fact of facts) current = transition(current, fact, NOW + 2000).order ?? current
  return current!
}

function withRefund(status: RefundStatus, refundable: number): Order {
  const refund = { out_refund_no: 'R1', status, amount: fen(300), created_at: NOW, updated_at: NOW }
  return paidOrder({ refunds: { R1: refund }, refundable: fen(refundable) })
}

describe('a payment fact', () => {
  it('makes a waiting order PAID with what WeChat told', () => {
    const { outcome, order } = transition(
      anOrder(),
      paymentFact({ trade_type: 'NATIVE', bank_type: 'OTHERS' }),
      NOW + 2000,
    )
    expect(outcome).toEqual({ result: 'applied' })
    expect(order).toMatchObject({
      status: 'PAID',
      transaction_id: '4200000000000001',
      success_time: '2026-03-01T12:00:05+08:00',
      payer_total: 1000,
      trade_type: 'NATIVE',
      bank_type: 'OTHERS',
      version: 2,
      updated_at: NOW + 2000,
      refundable: 1000,
    })
    expect(order).not.toHaveProperty('next_check_at')
  })

  it('makes a CREATED order PAID as well', () => {
    expect(apply(anOrder({ status: 'CREATED' }), paymentFact()).status).toBe('PAID')
  })

  it('beats CLOSED and says so', () => {
    const { outcome, order } = transition(anOrder({ status: 'CLOSED' }), paymentFact(), NOW)
    expect(outcome).toEqual({ result: 'applied', paid_after_close: true })
    expect(order?.status).toBe('PAID')
  })

  it('changes nothing the second time and gives the remembered outcome', () => {
    const once = apply(anOrder({ status: 'CLOSED' }), paymentFact())
    expect(transition(once, paymentFact(), NOW + 9000)).toEqual({
      outcome: { result: 'applied', paid_after_close: true },
    })
  })

  it.each([
    ['amount_differs', paymentFact({ amount: { total: fen(999), currency: 'CNY' } })],
    ['currency_differs', paymentFact({ amount: { total: fen(1000), currency: 'USD' } })],
    ['appid_differs', paymentFact({ appid: 'wx0000000000000000' })],
    ['content_conflict', conflictOf(paymentFact())],
  ] as const)('holds the order when it differs: %s', (reason, fact) => {
    const { outcome, order } = transition(anOrder(), fact, NOW)
    expect(outcome).toEqual({ result: 'held', hold_reason: reason })
    expect(order).toMatchObject({
      status: 'AWAITING_PAYMENT',
      holds: { [fact.fact_key]: reason },
      version: 2,
    })
  })

  it('holds a REJECTED order', () => {
    expect(transition(anOrder({ status: 'REJECTED' }), paymentFact(), NOW).outcome).toEqual({
      result: 'held',
      hold_reason: 'order_rejected',
    })
  })

  it('for an unknown order makes one that only exists to be held', () => {
    const order = apply(undefined, paymentFact())
    expect(order).toMatchObject({
      status: 'UNRECOGNIZED',
      version: 1,
      out_trade_no: 'ORDER-0001',
      refundable: 0,
      amount: { total: 1000 },
    })
    expect(Object.values(order.holds)).toEqual(['order_unknown'])
    expect(Object.values(apply(order, closedFact(), refundFact('R1', 'SUCCESS')).holds)).toEqual([
      'order_unknown',
      'order_unknown',
      'order_unknown',
    ])
  })
})

describe('a CLOSED fact', () => {
  it.each(['CREATED', 'AWAITING_PAYMENT'] as const)('closes an order that is %s', (status) => {
    expect(apply(anOrder({ status, next_check_at: NOW }), closedFact())).toMatchObject({ status: 'CLOSED' })
  })

  it.each(['PAID', 'REJECTED', 'CLOSED'] as const)('changes nothing on an order that is %s', (status) => {
    const { outcome, order } = transition(anOrder({ status }), closedFact(), NOW)
    expect(outcome).toEqual({ result: 'stale' })
    expect(order?.status).toBe(status)
  })
})

describe('a refund fact', () => {
  it.each([
    ['REQUESTED', 'SUCCESS', 'SUCCESS', 700],
    ['PROCESSING', 'SUCCESS', 'SUCCESS', 700],
    ['UNKNOWN', 'SUCCESS', 'SUCCESS', 700],
    ['ABNORMAL', 'SUCCESS', 'SUCCESS', 700],
    ['REQUESTED', 'CLOSED', 'CLOSED', 1000],
    ['PROCESSING', 'CLOSED', 'CLOSED', 1000],
    ['UNKNOWN', 'CLOSED', 'CLOSED', 1000],
    ['ABNORMAL', 'CLOSED', 'CLOSED', 1000],
    ['REQUESTED', 'ABNORMAL', 'ABNORMAL', 700],
    ['PROCESSING', 'ABNORMAL', 'ABNORMAL', 700],
    ['UNKNOWN', 'ABNORMAL', 'ABNORMAL', 700],
    ['SUCCESS', 'ABNORMAL', 'SUCCESS', 700],
    ['SUCCESS', 'SUCCESS', 'SUCCESS', 700],
  ] as const)('meets %s with %s: %s, %i left', (before, state, after, refundable) => {
    const order = apply(withRefund(before, 700), refundFact('R1', state))
    expect(order.refunds['R1']?.status).toBe(after)
    expect(order.refundable).toBe(refundable)
    expect(order.holds).toEqual({})
  })

  it.each([
    ['SUCCESS', 'SUCCESS', 700],
    ['ABNORMAL', 'ABNORMAL', 700],
    ['CLOSED', 'CLOSED', 1000],
  ] as const)('corrects a refund that we believed FAILED: %s', (state, after, refundable) => {
    const order = apply(withRefund('FAILED', 1000), refundFact('R1', state))
    expect([order.refunds['R1']?.status, order.refundable]).toEqual([after, refundable])
  })

  it('holds the order when terminal states contradict each other, and keeps the first', () => {
    const closed = apply(
      withRefund('PROCESSING', 700),
      refundFact('R1', 'CLOSED'),
      refundFact('R1', 'SUCCESS'),
    )
    expect([closed.refunds['R1']?.status, closed.refundable, Object.values(closed.holds)]).toEqual([
      'CLOSED',
      1000,
      ['refund_contradiction'],
    ])
    const done = apply(withRefund('PROCESSING', 700), refundFact('R1', 'SUCCESS'), refundFact('R1', 'CLOSED'))
    expect([done.refunds['R1']?.status, done.refundable, Object.values(done.holds)]).toEqual([
      'SUCCESS',
      700,
      ['refund_contradiction'],
    ])
  })

  it('gives a CLOSED amount back exactly once', () => {
    expect(
      apply(withRefund('PROCESSING', 700), refundFact('R1', 'CLOSED'), refundFact('R1', 'CLOSED')).refundable,
    ).toBe(1000)
  })

  it('adopts a refund that was made elsewhere', () => {
    const order = apply(paidOrder(), refundFact('CONSOLE-1', 'SUCCESS', 400))
    expect(order.refundable).toBe(600)
    expect(order.refunds['CONSOLE-1']).toMatchObject({
      status: 'SUCCESS',
      amount: 400,
      refund_id: '5000CONSOLE-1',
    })
  })

  it('holds the order when it takes more than is left, or speaks of another amount', () => {
    expect(Object.values(apply(paidOrder(onlyLeft(100)), refundFact('X', 'SUCCESS', 400)).holds)).toEqual([
      'refund_exceeds_paid',
    ])
    expect(
      Object.values(apply(withRefund('PROCESSING', 700), refundFact('R1', 'SUCCESS', 299)).holds),
    ).toEqual(['refund_amount_differs'])
    expect(
      Object.values(
        apply(anOrder({ amount: { total: fen(5), currency: 'CNY' } }), refundFact('R1', 'SUCCESS', 3)).holds,
      ),
    ).toEqual(['amount_differs'])
    expect(
      Object.values(apply(anOrder({ status: 'REJECTED' }), refundFact('R1', 'SUCCESS', 3)).holds),
    ).toEqual(['order_rejected'])
  })
})

describe('any permutation of the same facts', () => {
  it('ends in the same order', () => {
    const facts = [
      paymentFact(),
      closedFact(),
      refundFact('R1', 'ABNORMAL'),
      refundFact('R1', 'SUCCESS'),
      refundFact('R2', 'ABNORMAL', 200),
      refundFact('R2', 'CLOSED', 200),
      refundFact('R3', 'SUCCESS', 100),
      paymentFact({ amount: { total: fen(7), currency: 'CNY' } }),
    ]
    const distinct = [...facts.slice(0, -1), conflictOf(facts.at(-1)!)]
    const state = ({ status, transaction_id, refundable, refunds, holds }: Order) => ({
      status,
      transaction_id,
      refundable,
      holds,
      refunds: Object.fromEntries(
        Object.entries(refunds).map(([no, { status: s, amount }]) => [no, { s, amount }]),
      ),
    })
    const start = { ...withRefund('PROCESSING', 700), status: 'AWAITING_PAYMENT' } as const
    const expected = state(apply(start, ...distinct))
    expect(expected).toMatchObject({ status: 'PAID', refundable: 600 })
    fc.assert(
      fc.property(
        fc.shuffledSubarray(distinct, { minLength: distinct.length }),
        fc.array(fc.nat(distinct.length - 1)),
        (order, repeats) => {
          expect(state(apply(start, ...order, ...repeats.map((index) => distinct[index]!)))).toEqual(expected)
        },
      ),
    )
  })
})
