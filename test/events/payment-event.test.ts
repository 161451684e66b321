import { describe, expect, it } from 'vitest'
import { eventFor } from '#shared/events/payment-event.ts'
import { refundFact } from '#test/support/orders.ts'

describe('the event of a refund', () => {
  it('says `channel` of the refund channel, which subscribers know by that name', () => {
    const told = refundFact('R1', 'SUCCESS')
    const fact = { ...told, refund: { ...told.refund, refund_channel: 'ORIGINAL' } }
    expect(eventFor(fact, { result: 'applied' })?.data).toEqual({
      mchid: fact.mchid,
      out_trade_no: fact.out_trade_no,
      out_refund_no: 'R1',
      refund_status: 'SUCCESS',
      ...told.refund,
      channel: 'ORIGINAL',
    })
    expect(eventFor(told, { result: 'applied' })?.data).not.toHaveProperty('channel')
  })
})
