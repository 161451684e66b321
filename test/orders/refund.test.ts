import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fen } from '#shared/money.ts'
import { isHeld } from '#shared/orders/order.ts'
import type { Order, RefundStatus } from '#shared/orders/order.ts'
import { recordRefundAnswer, reserveRefund } from '#shared/orders/refund.ts'
import { transition } from '#shared/orders/transition.ts'
import { anOrder, NOW, paidOrder, refundFact } from '#test/support/orders.ts'

const REFUSED = { kind: 'refused', code: 'NOT_ENOUGH', first: true } as const
const reservation = (out_refund_no: string, amount: number) => ({
  out_refund_no,
  amount: fen(amount),
  request: '{}',
  request_hash: 'h',
})

function reserved(order: Order, no = 'R1', amount = 300): Order {
  const result = reserveRefund(order, reservation(no, amount), NOW + 5)
  if ('refused' in result) throw new Error(result.refused)
  return result.order
}

describe('reserveRefund', () => {
  it('takes the amount out of refundable, keeps the bytes and plans the next look', () => {
    const order = reserved(paidOrder())
    expect(order).toMatchObject({ refundable: 700, version: 2, next_check_at: NOW + 5 + 60_000 })
    expect(order.refunds['R1']).toEqual({
      out_refund_no: 'R1',
      amount: 300,
      request: '{}',
      request_hash: 'h',
      status: 'REQUESTED',
      created_at: NOW + 5,
      updated_at: NOW + 5,
    })
  })

  it('allows exactly what is left and not a fen more', () => {
    expect(reserved(paidOrder(), 'R1', 1000).refundable).toBe(0)
    expect(reserveRefund(paidOrder(), reservation('R1', 1001), NOW)).toEqual({
      refused: 'refund_exceeds_refundable',
    })
    expect(reserveRefund(reserved(paidOrder()), reservation('R2', 701), NOW)).toEqual({
      refused: 'refund_exceeds_refundable',
    })
  })

  it.each(['CREATED', 'AWAITING_PAYMENT', 'CLOSED', 'REJECTED', 'UNRECOGNIZED'] as const)(
    'refuses an order that is %s',
    (status) => {
      expect(reserveRefund(anOrder({ status }), reservation('R1', 1), NOW)).toEqual({
        refused: 'order_not_paid',
      })
    },
  )

  it('refuses a held order, a used number and the 51st refund', () => {
    expect(reserveRefund(paidOrder({ holds: { k: 'amount_differs' } }), reservation('R1', 1), NOW)).toEqual({
      refused: 'order_held',
    })
    expect(reserveRefund(reserved(paidOrder()), reservation('R1', 1), NOW)).toEqual({
      refused: 'refund_number_used',
    })
    let order = paidOrder()
    for (let index = 0; index < 50; index += 1) order = reserved(order, `R${index}`, 1)
    expect(reserveRefund(order, reservation('R50', 1), NOW)).toEqual({ refused: 'too_many_refunds' })
  })
})

describe('the fifty refunds of an order', () => {
  const refused = (count: number) =>
    Object.fromEntries(
      Array.from({ length: count }, (_, index) => [
        `F${index}`,
        {
          out_refund_no: `F${index}`,
          status: 'FAILED' as const,
          amount: fen(1),
          created_at: NOW,
          updated_at: NOW,
        },
      ]),
    )

  it('do not count those that WeChat refused', () => {
    expect(reserved(paidOrder({ refunds: refused(60) })).refunds['R1']?.status).toBe('REQUESTED')
  })

  it('end at 150 of any kind', () => {
    expect(reserveRefund(paidOrder({ refunds: refused(150) }), reservation('R1', 1), NOW)).toEqual({
      refused: 'too_many_refunds',
    })
  })
})

describe('recordRefundAnswer', () => {
  const answer = (order: Order, given: Parameters<typeof recordRefundAnswer>[2]['answer']) =>
    recordRefundAnswer(order, 'R1', { answer: given, now: NOW + 9 })

  it('notes acceptance, refusal and doubt', () => {
    const order = reserved(paidOrder())
    expect(answer(order, { kind: 'accepted', refund_id: '50', refund_channel: 'ORIGINAL' })).toMatchObject({
      refundable: 700,
      version: 3,
      refunds: { R1: { status: 'PROCESSING', refund_id: '50', refund_channel: 'ORIGINAL', request: '{}' } },
    })
    expect(answer(order, REFUSED)).toMatchObject({
      refundable: 1000,
      refunds: { R1: { status: 'FAILED', failure_code: 'NOT_ENOUGH' } },
    })
    expect(answer(order, { kind: 'unknown' })).toMatchObject({
      refundable: 700,
      refunds: { R1: { status: 'UNKNOWN' } },
    })
  })

  it('remembers a refusal in doubt, once', () => {
    const unknown = answer(reserved(paidOrder()), { kind: 'unknown' })!
    const doubted = answer(unknown, { ...REFUSED, first: false })
    expect(doubted).toMatchObject({
      refundable: 700,
      refunds: { R1: { status: 'UNKNOWN', refused_code: 'NOT_ENOUGH' } },
    })
  })

  it('moves UNKNOWN on as well, but writes nothing for more doubt', () => {
    const unknown = answer(reserved(paidOrder()), { kind: 'unknown' })!
    expect(answer(unknown, { kind: 'unknown' })).toBeUndefined()
    expect(answer(unknown, { kind: 'accepted', refund_id: '50' })?.refunds['R1']?.status).toBe('PROCESSING')
  })

  it('gives a refused amount back once only', () => {
    const failed = answer(reserved(paidOrder()), REFUSED)!
    expect(answer(failed, REFUSED)).toBeUndefined()
    expect(failed.refundable).toBe(1000)
  })

  it.each(['PROCESSING', 'SUCCESS', 'CLOSED', 'ABNORMAL'] as const)(
    'never touches a refund that is %s',
    (status: RefundStatus) => {
      const order = reserved(paidOrder())
      const later = { ...order, refunds: { R1: { ...order.refunds['R1']!, status } } }
      for (const given of [{ kind: 'accepted', refund_id: '1' }, REFUSED, { kind: 'unknown' }] as const) {
        expect(answer(later, given)).toBeUndefined()
      }
    },
  )

  it('ignores a number that the order does not have', () => {
    expect(recordRefundAnswer(paidOrder(), 'R9', { answer: { kind: 'unknown' }, now: NOW })).toBeUndefined()
  })
})

describe('reserved plus refunded', () => {
  it('never exceeds what was paid unless the order is held, whatever happens', () => {
    const step = fc.record({
      no: fc.constantFrom('A', 'B', 'C', 'D'),
      amount: fc.integer({ min: 1, max: 600 }),
      act: fc.constantFrom('reserve', 'accepted', 'failed', 'unknown', 'SUCCESS', 'CLOSED', 'ABNORMAL'),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        let order = paidOrder()
        for (const { no, amount, act } of steps) order = play(order, { no, amount, act })
        const taken = Object.values(order.refunds)
          .filter(({ status }) => status !== 'FAILED' && status !== 'CLOSED')
          .reduce((sum, refund) => sum + refund.amount, 0)
        expect(order.refundable).toBe(Math.max(0, 1000 - taken))
        // More can only be out when WeChat has what it refused for certain.
        expect(taken <= 1000 || isHeld(order)).toBe(true)
      }),
      {
        numRuns: 2000,
        examples: [
          [
            [
              { no: 'C', amount: 1, act: 'reserve' },
              { no: 'C', amount: 1, act: 'failed' },
              { no: 'C', amount: 2, act: 'reserve' },
            ],
          ],
        ],
      },
    )
  })
})

function play(order: Order, { no, amount, act }: { no: string; amount: number; act: string }): Order {
  if (act === 'reserve') {
    const result = reserveRefund(order, reservation(no, amount), NOW)
    return 'refused' in result ? order : result.order
  }
  if (act === 'SUCCESS' || act === 'CLOSED' || act === 'ABNORMAL')
    return transition(order, refundFact(no, act, order.refunds[no]?.amount ?? amount), NOW).order ?? order
  const answers = {
    accepted: { kind: 'accepted', refund_id: '1' },
    failed: REFUSED,
    unknown: { kind: 'unknown' },
  } as const
  return recordRefundAnswer(order, no, { answer: answers[act as keyof typeof answers], now: NOW }) ?? order
}
