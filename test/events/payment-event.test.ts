import { describe, expect, it } from 'vitest'
import { eventsFor } from '#shared/events/payment-event.ts'
import { decided, refundFailed } from '#shared/facts/fact.ts'
import type { Change } from '#shared/ledger/changes.ts'
import { fen } from '#shared/money.ts'
import { MCHID, NOW, paymentFact, refundFact } from '#test/support/orders.ts'

const after = (...changes: readonly Change[]) => ({
  version: 7,
  changes,
  refundable: fen(700),
  deficit: fen(0),
  holds: ['over_refunded'],
})
const books = { order_version: 7, refundable: 700, deficit: 0, holds: ['over_refunded'] }

describe('the events of a fact', () => {
  it('say `channel` of the refund channel, which subscribers know by that name, and how the order stands', () => {
    const told = refundFact('R1', 'SUCCESS')
    const fact = { ...told, refund: { ...told.refund, refund_channel: 'ORIGINAL' } }
    const [event] = eventsFor(fact, after({ type: 'refund.succeeded' }))
    expect(event?.data).toEqual({
      mchid: fact.mchid,
      out_trade_no: fact.out_trade_no,
      out_refund_no: 'R1',
      refund_status: 'SUCCESS',
      ...told.refund,
      channel: 'ORIGINAL',
      ...books,
    })
    expect(eventsFor(told, after({ type: 'refund.succeeded' }))[0]?.data).not.toHaveProperty('channel')
  })

  it('are one for each change, each with an id of its own, the first with that of the fact', () => {
    const fact = paymentFact()
    const changes = after(
      { type: 'payment.succeeded', paid_after_close: true },
      { type: 'order.held', holds: ['over_refunded', 'payment_conflict'] },
      { type: 'order.released', holds: ['refund_without_payment'] },
    )
    const events = eventsFor(fact, changes)
    expect(events.map(({ id, type }) => [id, type])).toEqual([
      [fact.fact_key, 'payment.succeeded'],
      [`${fact.fact_key}#order.held`, 'order.held'],
      [`${fact.fact_key}#order.released`, 'order.released'],
    ])
    expect(events[0]?.data['paid_after_close']).toBe(true)
    expect(events[1]?.data).toMatchObject({
      opened: ['over_refunded', 'payment_conflict'],
      hold_reason: 'over_refunded',
    })
    expect(events[2]?.data['released']).toEqual(['refund_without_payment'])
    expect(eventsFor(fact, changes)).toEqual(events)
    expect(eventsFor(fact, after())).toEqual([])
  })

  it('say why a refund failed, and who decided what', () => {
    const base = { mchid: MCHID, out_trade_no: 'ORDER-0001', source: 'answer', received_at: NOW } as const
    const failure = refundFailed({ ...base, out_refund_no: 'R1', attempt: 2, failure_code: 'NOT_ENOUGH' })
    expect(eventsFor(failure, after({ type: 'refund.failed' }))[0]).toMatchObject({
      id: `failure#${MCHID}#R1#2`,
      type: 'refund.failed',
      data: { out_refund_no: 'R1', refund_status: 'FAILED', failure_code: 'NOT_ENOUGH', attempt: 2 },
    })
    const signed = { action: 'hold', hold: 'operator#1', by: 'ann', note: 'look', at: NOW } as const
    const [held] = eventsFor(decided(base, signed), after({ type: 'order.held', holds: ['operator#1'] }))
    expect(held).toMatchObject({
      data: { decision: 'hold', by: 'ann', note: 'look', hold_reason: 'placed_by_operator' },
    })
  })

  it('of a hold that an earlier release named after a fact name no reason', () => {
    const fact = paymentFact()
    const [event] = eventsFor(fact, after({ type: 'order.held', holds: [fact.fact_key] }))
    expect(event?.data).toMatchObject({ opened: [fact.fact_key] })
    expect(event?.data).not.toHaveProperty('hold_reason')
  })
})
