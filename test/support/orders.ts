/** Builders for orders and facts in unit tests. */
import { orderKey } from '#shared/orders/order-key.ts'
import { paymentClosed, paymentSucceeded, refundReached } from '#shared/facts/fact.ts'
import type { Fact, PaymentContent, RefundFact } from '#shared/facts/fact.ts'
import { fen } from '#shared/money.ts'
import type { Decision } from '#shared/ledger/books.ts'
import { digestOf } from '#shared/ledger/digest.ts'
import { orderOf } from '#shared/orders/order-picture.ts'
import type { KeptOrder, Order, OrderPicture } from '#shared/orders/order.ts'
import type { Form1, Refund1 } from '#shared/stores/order-form-1.ts'
import { upgraded } from '#shared/stores/order-upgrade.ts'

export const MCHID = '1900000109'
export const APPID = 'wxd678efh567hg6787'
export const NOW = Date.parse('2026-03-01T04:00:00Z')

/** An order as tests like to say it: by what it looks like. Its books are drawn out of that. */
export interface Sketch extends Partial<KeptSketch & Omit<OrderPicture, 'refunds' | 'holds' | 'causes'>> {
  readonly outcomes?: Form1['outcomes']
  /** By hand; their keys begin with `operator#`. */
  readonly holds?: Readonly<Record<string, 'placed_by_operator'>>
  readonly refunds?: Readonly<Record<string, Partial<Refund1>>>
  readonly decided?: readonly Decision[]
}
type KeptSketch = Omit<KeptOrder, 'books' | 'handled'>

const HELD: Decision = { action: 'hold', hold: 'operator#1', by: 'anna', note: 'look', at: NOW }

export function anOrder({ refunds = {}, decided = [], holds = {}, ...changes }: Sketch = {}): Order {
  const stored: Form1 & KeptSketch = {
    order_key: orderKey(MCHID, 'ORDER-0001'),
    version: 1,
    mchid: MCHID,
    out_trade_no: 'ORDER-0001',
    appid: APPID,
    method: 'native',
    status: 'AWAITING_PAYMENT',
    amount: { total: fen(1000), currency: 'CNY' },
    request_hash: 'hash',
    refundable: fen(1000),
    outcomes: {},
    created_at: NOW,
    updated_at: NOW,
    ...changes,
    holds,
    refunds: Object.entries(refunds).map(([out_refund_no, refund]) => aRefund({ out_refund_no, ...refund })),
  }
  const { outcomes: _outcomes, audit: _audit, ...kept } = stored
  const { books, handled } = upgraded({ stored }, { facts: [], missing: [] })
  const byHand = Object.keys(holds).map((hold) => ({ ...HELD, hold, evidence: digestOf(hold) }))
  return orderOf({
    ...kept,
    books: { ...books, decided: [...books.decided, ...byHand, ...decided] },
    handled,
  })
}

export function aRefund(changes: Partial<Refund1> = {}): Refund1 {
  const status = changes.status ?? 'UNKNOWN'
  const told = ['PROCESSING', 'ABNORMAL', 'SUCCESS', 'CLOSED'].includes(status)
  const out_refund_no = changes.out_refund_no ?? 'R1'
  return {
    out_refund_no,
    status,
    amount: fen(300),
    request_hash: 'h',
    ...(told ? { refund_id: `5000${out_refund_no}` } : {}),
    created_at: NOW,
    updated_at: NOW,
    ...changes,
  }
}

export function paidOrder(changes: Sketch = {}): Order {
  return anOrder({
    status: 'PAID',
    transaction_id: '4200000000000001',
    success_time: '2026-03-01T12:00:05+08:00',
    ...changes,
  })
}

/** What a paid order is like when another refund left only so much of it. */
export function onlyLeft(left: number): Pick<Sketch, 'refunds'> {
  return { refunds: { OTHER: { amount: fen(1000 - left), status: 'SUCCESS' } } }
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
