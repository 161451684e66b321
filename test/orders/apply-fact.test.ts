/** What facts do to an order: each joins the books, whatever came before it, and money that moved has moved. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decided, refundFailed } from '#shared/facts/fact.ts'
import type { Fact } from '#shared/facts/fact.ts'
import { REFUND_FACT_STATES } from '#shared/facts/fact-key.ts'
import { reserve } from '#shared/ledger/reservation.ts'
import { fen } from '#shared/money.ts'
import { applyFact } from '#shared/orders/apply-fact.ts'
import { changed } from '#shared/orders/changed.ts'
import { isHeld } from '#shared/orders/order.ts'
import type { Order } from '#shared/orders/order.ts'
import { anOrder, closedFact, MCHID, NOW, paidOrder, paymentFact, refundFact } from '#test/support/orders.ts'
import { refunding } from '#test/support/sweeping.ts'

const applied = (order: Order | undefined, ...facts: readonly Fact[]) =>
  facts.reduce<Order | undefined>((before, fact) => applyFact(before, fact, NOW).order, order)!

/** Without what depends on which fact came first: versions, what each did, and a look that was planned and is not yet made. */
function picture(order: Order) {
  const { version: _1, handled: _2, next_check_at: _3, next_check_class: _4, ...rest } = order
  return rest
}

const other = paymentFact({ transaction_id: '4200000000000002' })
const TELLINGS: readonly Fact[] = [
  paymentFact(),
  { ...other, fact_key: `${other.fact_key}#CONFLICT#0123456789abcdef`, conflicts_with: other.fact_key },
  closedFact(),
  ...REFUND_FACT_STATES.map((state) => refundFact('R1', state, 600)),
  refundFact('R2', 'SUCCESS', 500),
  refundFact('R2', 'CLOSED', 500),
]

describe('the same facts in any order, any number of times', () => {
  it('ends in the same order', () => {
    const some = fc.shuffledSubarray([...TELLINGS, ...TELLINGS], { minLength: 1 })
    fc.assert(
      fc.property(some, fc.boolean(), (facts, ours) => {
        const start = ours ? anOrder() : undefined
        const again = facts.toSorted((a, b) => (a.fact_key < b.fact_key ? -1 : 1))
        expect(picture(applied(start, ...facts))).toEqual(picture(applied(start, ...again)))
      }),
      { numRuns: 300 },
    )
  })

  it('does what it did the first time, remembered so that a repeat publishes the same', () => {
    const first = applyFact(anOrder(), paymentFact(), NOW)
    const again = applyFact(first.order, paymentFact(), NOW + 60_000)
    expect(again).toEqual({ ...first, isNew: false })
  })

  it('is told from the books of today once it is forgotten, and only where they still show it', () => {
    const order = applied(anOrder(), paymentFact(), refundFact('R1', 'PROCESSING'))
    const forgetful = { ...order, handled: {} }
    const change = (later: Order, fact: Fact) =>
      applyFact(later, fact, NOW).handled.changes.map(({ type }) => type)
    expect(change(forgetful, refundFact('R1', 'PROCESSING'))).toEqual(['refund.created'])
    expect(change(forgetful, paymentFact())).toEqual(['payment.succeeded'])
    const done = { ...applied(forgetful, refundFact('R1', 'SUCCESS')), handled: {} }
    expect(change(done, refundFact('R1', 'PROCESSING'))).toEqual([])
  })

  it('is remembered for the latest 64', () => {
    const facts = Array.from({ length: 70 }, (_, index) => refundFact(`R${index}`, 'SUCCESS', 1))
    const { handled } = applied(paidOrder(), ...facts)
    expect(Object.keys(handled)).toHaveLength(64)
    expect(handled[facts.at(-1)!.fact_key]).toBeDefined()
    expect(handled[facts[0]!.fact_key]).toBeUndefined()
  })
})

describe('what WeChat says twice and otherwise', () => {
  it('holds the order when terminal states contradict each other, and the amount stays taken', () => {
    for (const states of [['SUCCESS', 'CLOSED'] as const, ['CLOSED', 'SUCCESS'] as const]) {
      const order = applied(paidOrder(), ...states.map((state) => refundFact('R1', state, 300)))
      expect(order).toMatchObject({
        refundable: 700,
        holds: { 'refund_contradiction#R1': 'refund_contradiction' },
      })
    }
  })

  it('shows two payments, is paid, and guesses nothing (case 13)', () => {
    const [first, second] = [TELLINGS[0]!, TELLINGS[1]!]
    for (const order of [applied(anOrder(), first, second), applied(anOrder(), second, first)]) {
      expect(order.status).toBe('PAID')
      expect(order.holds).toEqual({ payment_conflict: 'payment_conflict' })
      expect(order.transaction_id).toBeUndefined()
      expect(order.books.said.payments).toHaveLength(2)
    }
  })

  it('gives a CLOSED amount back exactly once', () => {
    const order = refunding({ status: 'PROCESSING' })
    expect(order.refundable).toBe(700)
    const closed = applied(order, refundFact('R1', 'CLOSED'), refundFact('R1', 'CLOSED'))
    expect(closed).toMatchObject({ refundable: 1000, refunds: { R1: { status: 'CLOSED' } }, holds: {} })
  })
})

describe('a refund of an order that is not paid, as far as we know (case 12)', () => {
  it.each([
    ['awaiting its payment', anOrder()],
    ['closed', anOrder({ status: 'CLOSED' })],
  ])('%s: held, and the payment is asked for at once; with it all is well', (_, order) => {
    const early = applied(order, refundFact('R1', 'SUCCESS', 300))
    expect(early).toMatchObject({
      refundable: 0,
      holds: { refund_without_payment: 'refund_without_payment' },
    })
    expect(early.next_check_at).toBeLessThanOrEqual(NOW + 5000)
    const late = applied(early, paymentFact())
    expect(late).toMatchObject({ status: 'PAID', refundable: 700, holds: {} })
  })
})

describe('reserved plus refunded', () => {
  it('never exceeds what was paid unless the order is held, whatever happens', () => {
    const step = fc.record({
      no: fc.constantFrom('A', 'B', 'C', 'D'),
      amount: fc.integer({ min: 1, max: 600 }),
      act: fc.constantFrom('reserve', 'failed', ...REFUND_FACT_STATES),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const order = steps.reduce(play, paidOrder())
        const taken = Object.values(order.refunds)
          .filter(({ live }) => live)
          .reduce((sum, refund) => sum + refund.amount, 0)
        expect(order.refundable).toBe(Math.max(0, 1000 - taken))
        expect(order.deficit).toBe(Math.max(0, taken - 1000))
        expect(taken <= 1000 || isHeld(order)).toBe(true)
      }),
      { numRuns: 500 },
    )
  })
})

interface Step {
  readonly no: string
  readonly amount: number
  readonly act: 'reserve' | 'failed' | (typeof REFUND_FACT_STATES)[number]
}

function play(order: Order, { no, amount, act }: Step): Order {
  if (act === 'reserve') {
    const asked = { out_refund_no: no, amount: fen(amount), request: '{}', request_hash: 'h' }
    const taken = reserve(order.books, asked, NOW)
    return 'refused' in taken ? order : changed(order, { books: taken }, NOW)
  }
  if (act !== 'failed') return applied(order, refundFact(no, act, order.refunds[no]?.amount ?? amount))
  const base = { mchid: MCHID, out_trade_no: 'ORDER-0001', source: 'answer', received_at: NOW } as const
  return applied(order, refundFailed({ ...base, out_refund_no: no, attempt: 1, failure_code: 'PARAM_ERROR' }))
}

describe('a decision', () => {
  it('is a fact as well: the first of two persons who decide the same at once is the one who did', () => {
    const base = { mchid: MCHID, out_trade_no: 'ORDER-0001' }
    const by = (name: string) =>
      decided(base, { action: 'hold', hold: 'operator#1', by: name, note: 'look', at: NOW })
    expect(by('ann').fact_key).toBe(by('bob').fact_key)
    expect(by('ann').content_hash).toBe(by('bob').content_hash)
    const order = applied(paidOrder(), by('ann'), by('bob'))
    expect(order.books.decided.map((decision) => decision.by)).toEqual(['ann'])
  })
})

describe('a failure of a sending', () => {
  const base = { mchid: MCHID, out_trade_no: 'ORDER-0001', source: 'answer', received_at: NOW } as const
  const failure = (attempt: number) =>
    refundFailed({ ...base, out_refund_no: 'R1', attempt, failure_code: 'PARAM_ERROR' })

  it('that is over by a later one changes nothing, is not written, and is not told', () => {
    const order = refunding({ status: 'UNKNOWN', attempted_at: NOW })
    expect(order.books.ours.refunds[0]!.attempt).toBe(2)
    const late = applyFact(order, failure(1), NOW)
    expect([late.isNew, late.order, late.handled.changes]).toEqual([false, order, []])
    const failed = applied(order, failure(2))
    expect(failed.refunds['R1']?.status).toBe('FAILED')
    expect(applyFact(failed, failure(1), NOW)).toMatchObject({ isNew: false, handled: { changes: [] } })
  })

  it('that the order has and has forgotten is told from the books of today', () => {
    const failed = { ...applied(refunding({ status: 'UNKNOWN' }), failure(1)), handled: {} }
    const again = applyFact(failed, failure(1), NOW)
    expect([again.isNew, again.handled.changes]).toEqual([false, [{ type: 'refund.failed' }]])
  })
})
