import { describe, expect, it } from 'vitest'
import { acceptanceOf } from '#shared/facts/fact.ts'
import type { Fact } from '#shared/facts/fact.ts'
import { fen } from '#shared/money.ts'
import { applyAccepted, isAcceptable } from '#shared/orders/hold.ts'
import type { HoldReason, Order, RefundStatus } from '#shared/orders/order.ts'
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

const less = paymentFact({ amount: { total: fen(900), currency: 'CNY' }, appid: 'wxother' })
const held = (fact: Fact, reason: HoldReason = 'amount_differs', changes: Partial<Order> = {}) =>
  anOrder({ holds: { [fact.fact_key]: reason }, ...changes })
const accepting = (fact: Fact): Fact => acceptanceOf(fact, fact.received_at)

function refunds(...statuses: readonly RefundStatus[]): Order['refunds'] {
  const entries = statuses.map((status, index) => {
    const refund = { out_refund_no: `R${index}`, status, amount: fen(300), created_at: NOW, updated_at: NOW }
    return [refund.out_refund_no, refund] as const
  })
  return Object.fromEntries(entries)
}

describe('what a person may accept', () => {
  it.each(['order_unknown', 'amount_differs', 'appid_differs', 'order_rejected'] as const)(
    'is a payment held as %s',
    (reason) => {
      expect(isAcceptable(held(less, reason), less)).toBe(true)
    },
  )

  it.each(['content_conflict', 'currency_differs', 'refund_exceeds_paid', 'refund_contradiction'] as const)(
    'is no payment held as %s',
    (reason) => {
      expect(isAcceptable(held(less, reason), less)).toBe(false)
    },
  )

  it('is neither a close, nor a refund of an unpaid order, nor what is not held', () => {
    for (const fact of [closedFact(), refundFact('R1', 'SUCCESS')])
      expect(isAcceptable(held(fact), fact)).toBe(false)
    expect(isAcceptable(anOrder(), less)).toBe(false)
  })
})

describe('an accepted payment', () => {
  it("makes WeChat's amount and application the order's own, and pays it", () => {
    const { outcome, order } = transition(held(less), accepting(less), NOW)
    expect(outcome).toEqual({ result: 'applied' })
    expect(order).toMatchObject({
      status: 'PAID',
      amount: { total: 900, currency: 'CNY' },
      appid: 'wxother',
      refundable: 900,
      holds: {},
    })
  })

  it.each([
    [
      'the order is paid already',
      paidOrder({ holds: { [less.fact_key]: 'amount_differs' } }),
      accepting(less),
    ],
    ['its hold is gone', anOrder(), accepting(less)],
    ['it is a close', held(closedFact()), accepting(closedFact())],
    [
      'it is a refund of an order that is not paid',
      held(refundFact('R1', 'SUCCESS')),
      accepting(refundFact('R1', 'SUCCESS')),
    ],
    ['it accepts nothing', held(less), less],
  ])('changes nothing when %s', (_, order, fact) => {
    expect(applyAccepted(order, fact)).toEqual({ result: 'stale' })
  })

  it('leaves to refund what open and finished refunds have not taken', () => {
    const order = held(less, 'amount_differs', {
      refunds: refunds('SUCCESS', 'PROCESSING', 'FAILED', 'CLOSED'),
    })
    expect(applyAccepted(order, accepting(less))).toMatchObject({
      result: 'applied',
      order: { refundable: 300 },
    })
  })

  it('changes nothing when more was refunded than it paid, so that it cannot be accepted', () => {
    const order = held(less, 'amount_differs', {
      refunds: refunds('SUCCESS', 'UNKNOWN', 'ABNORMAL', 'REQUESTED'),
    })
    expect(applyAccepted(order, accepting(less))).toEqual({ result: 'stale' })
    expect(isAcceptable(order, less)).toBe(false)
  })
})

describe('an accepted refund', () => {
  const refund = refundFact('R1', 'SUCCESS', 300)
  const heldRefund = (reason: HoldReason, changes: Partial<Order> = {}) =>
    paidOrder({ holds: { [refund.fact_key]: reason }, ...changes })

  it('that does not fit changes nothing', () => {
    const order = heldRefund('refund_exceeds_paid', onlyLeft(299))
    expect(applyAccepted(order, accepting(refund))).toEqual({ result: 'stale' })
  })

  it.each(['order_unknown', 'order_rejected', 'amount_differs', 'refund_exceeds_paid'] as const)(
    'held as %s is taken out of what is left',
    (reason) => {
      const order = heldRefund(reason)
      expect(isAcceptable(order, refund)).toBe(true)
      expect(transition(order, accepting(refund), NOW).order).toMatchObject({
        refundable: 700,
        holds: {},
        refunds: { R1: { status: 'SUCCESS', amount: 300 } },
      })
    },
  )

  it.each([
    ['the payment is not settled', heldRefund('order_unknown', { status: 'UNRECOGNIZED' })],
    ['it does not fit', heldRefund('refund_exceeds_paid', onlyLeft(299))],
    ['it contradicts another state', heldRefund('refund_contradiction')],
    ['it differs from what was asked for', heldRefund('refund_amount_differs')],
  ])('is not to be had while %s', (_, order) => {
    expect(isAcceptable(order, refund)).toBe(false)
  })
})

describe('a refund fact', () => {
  it('keeps the refund channel and time that WeChat told, and none that it did not tell', () => {
    const told = refundFact('R1', 'SUCCESS')
    const order = paidOrder({ refunds: refunds('PROCESSING') })
    const refundOf = (fact: Fact) => transition(order, fact, NOW).order?.refunds['R0']
    const bare = {
      ...told,
      out_refund_no: 'R0',
      kind: 'refund' as const,
      refund: (told as { refund: object }).refund,
    }
    expect(refundOf(bare as Fact)).not.toHaveProperty('refund_channel')
    const full = {
      ...bare,
      refund: { ...bare.refund, refund_channel: 'ORIGINAL', success_time: '2026-03-02T12:00:05+08:00' },
    }
    expect(refundOf(full as Fact)).toMatchObject({
      refund_channel: 'ORIGINAL',
      success_time: '2026-03-02T12:00:05+08:00',
    })
  })

  it('that says again what is known is stale, and remembered as that', () => {
    const order = paidOrder({ refunds: refunds('SUCCESS'), refundable: fen(700) })
    const again = { ...refundFact('R0', 'SUCCESS'), fact_key: 'again' }
    expect(transition(order, again, NOW).outcome).toEqual({ result: 'stale' })
  })
})
