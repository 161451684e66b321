/** Builders for orders and facts in unit tests. */
import { orderKey } from '#shared/orders/order-key.ts'
import { paymentClosed, paymentSucceeded, refundReached } from '#shared/facts/fact.ts'
import type { Fact, PaymentContent, RefundFact } from '#shared/facts/fact.ts'
import { fen } from '#shared/money.ts'
import type { Order } from '#shared/orders/order.ts'

export const MCHID = '1900000109'
export const APPID = 'wxd678efh567hg6787'
export const NOW = Date.parse('2026-03-01T04:00:00Z')

export function anOrder(changes: Partial<Order> = {}): Order {
  return {
    order_key: orderKey(MCHID, 'ORDER-0001'),
    v: 1,
    version: 1,
    mchid: MCHID,
    out_trade_no: 'ORDER-0001',
    appid: APPID,
    method: 'native',
    status: 'AWAITING_PAYMENT',
    amount: { total: fen(1000), currency: 'CNY' },
    request_hash: 'hash',
    refundable: fen(1000),
    refunds: {},
    outcomes: {},
    holds: {},
    created_at: NOW,
    updated_at: NOW,
    ...changes,
  }
}

export function paidOrder(changes: Partial<Order> = {}): Order {
  return anOrder({
    status: 'PAID',
    transaction_id: '4200000000000001',
    success_time: '2026-03-01T12:00:05+08:00',
    ...changes,
  })
}

/** What a paid order is like when another refund left only so much of it. */
export function onlyLeft(left: number): Pick<Order, 'refunds' | 'refundable'> {
  const amount = fen(1000 - left)
  const other = { out_refund_no: 'OTHER', amount, created_at: NOW, updated_at: NOW }
  return { refunds: { OTHER: { ...other, status: 'SUCCESS' } }, refundable: fen(left) }
}

const telling = {
  mchid: MCHID,
  out_trade_no: 'ORDER-0001',
  source: 'notification',
  received_at: NOW + 1000,
} as const

export function paymentFact(changes: Partial<PaymentContent> = {}): Fact {
  return paymentSucceeded(telling, {
    appid: APPID,
    transaction_id: '4200000000000001',
    success_time: '2026-03-01T12:00:05+08:00',
    amount: { total: fen(1000), payer_total: fen(1000), currency: 'CNY' },
    ...changes,
  })
}

export function closedFact(): Fact {
  return paymentClosed(telling)
}

export function refundFact(out_refund_no: string, state: RefundFact['state'], amount = 300): RefundFact {
  return refundReached(
    { ...telling, out_refund_no, state },
    {
      refund_id: `5000${out_refund_no}`,
      transaction_id: '4200000000000001',
      amount: { total: fen(1000), refund: fen(amount) },
    },
  )
}
