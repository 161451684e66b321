import { describe, expect, it } from 'vitest'
import { fen } from '#shared/money.ts'
import { orderView, refundView } from '#shared/api/order-view.ts'
import { refundOf } from '#shared/orders/order.ts'
import { anOrder, APPID, MCHID, NOW, paidOrder } from '#test/support/orders.ts'

const at = new Date(NOW).toISOString()
const refund = {
  out_refund_no: 'R1',
  status: 'SUCCESS',
  amount: fen(300),
  refund_id: '50',
  channel: 'ORIGINAL',
  success_time: '2026-03-02T12:00:05+08:00',
  request: '{"secret":"bytes"}',
  request_hash: 'hash',
  created_at: NOW,
  updated_at: NOW,
} as const
const refundSeen = {
  out_refund_no: 'R1',
  out_trade_no: 'ORDER-0001',
  transaction_id: '4200000000000001',
  refund_id: '50',
  status: 'SUCCESS',
  amount: { refund: 300, total: 1000, currency: 'CNY' },
  channel: 'ORIGINAL',
  success_time: '2026-03-02T12:00:05+08:00',
  created_at: at,
  updated_at: at,
}

describe('what merchants see', () => {
  it('of a paid order with a refund and a hold: everything of theirs, nothing of ours', () => {
    const order = paidOrder({
      payer_total: fen(900),
      description: 'tea',
      attach: 'shelf 7',
      refunds: { R1: refund },
      decided: [{ at: NOW, action: 'hold', hold: 'operator#1', by: 'li.lei', note: 'seen' }],
    })
    expect(JSON.parse(JSON.stringify(orderView(order)))).toEqual({
      mchid: MCHID,
      provider: 'wechat',
      appid: APPID,
      out_trade_no: 'ORDER-0001',
      channel: 'native',
      status: 'PAID',
      amount: { total: 1000, currency: 'CNY', payer_total: 900 },
      description: 'tea',
      attach: 'shelf 7',
      transaction_id: '4200000000000001',
      success_time: '2026-03-01T12:00:05+08:00',
      // Nothing while it is held.
      refundable: 0,
      deficit: 0,
      held: true,
      holds: [{ hold: 'operator#1', reason: 'placed_by_operator', dismissed: false, acceptable: false }],
      payments: [
        {
          transaction_id: '4200000000000001',
          appid: APPID,
          amount: { total: 1000, currency: 'CNY', payer_total: 900 },
          success_time: '2026-03-01T12:00:05+08:00',
        },
      ],
      audit: [{ at, action: 'hold', hold: 'operator#1', by: 'li.lei', note: 'seen' }],
      refunds: [refundSeen],
      created_at: at,
      updated_at: at,
    })
  })

  it('of an order that is not paid: nothing to refund', () => {
    expect(orderView(anOrder())).toMatchObject({
      refundable: 0,
      held: false,
      holds: [],
      audit: [],
      refunds: [],
    })
  })

  it('of a refund', () => {
    expect(
      JSON.parse(
        JSON.stringify(refundView(paidOrder(), refundOf(paidOrder({ refunds: { R1: refund } }), 'R1')!)),
      ),
    ).toEqual(refundSeen)
  })
})
