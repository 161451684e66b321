import { describe, expect, it } from 'vitest'
import { orderKey } from '#shared/orders/order-key.ts'
import { transition } from '#shared/orders/transition.ts'
import {
  anOrder,
  APPID,
  closedFact,
  MCHID,
  NOW,
  paidOrder,
  paymentFact,
  refundFact,
} from '#test/support/orders.ts'

const common = {
  order_key: orderKey(MCHID, 'ORDER-0001'),
  v: 1,
  version: 1,
  mchid: MCHID,
  out_trade_no: 'ORDER-0001',
  status: 'UNRECOGNIZED',
  request_hash: '',
  refundable: 0,
  refunds: {},
  created_at: NOW,
  updated_at: NOW,
}

describe('a fact about an order that is not known', () => {
  it.each([
    ['payment', paymentFact(), { appid: APPID, amount: { total: 1000, currency: 'CNY' } }],
    ['close', closedFact(), { appid: '', amount: { total: 0, currency: 'CNY' } }],
    ['refund', refundFact('R1', 'SUCCESS'), { appid: '', amount: { total: 1000, currency: 'CNY' } }],
  ] as const)('makes one that only exists to be held: a %s', (_, fact, told) => {
    const outcome = { result: 'held', hold_reason: 'order_unknown' }
    expect(transition(undefined, fact, NOW)).toEqual({
      outcome,
      order: {
        ...common,
        ...told,
        outcomes: { [fact.fact_key]: outcome },
        holds: { [fact.fact_key]: 'order_unknown' },
      },
    })
  })
})

describe('a second payment fact of a paid order', () => {
  it('changes nothing when it agrees', () => {
    const { outcome, order } = transition(paidOrder(), paymentFact(), NOW)
    expect(outcome).toEqual({ result: 'stale' })
    expect(order).toMatchObject({ status: 'PAID', holds: {} })
  })

  it('does not count as paid after a close', () => {
    expect(transition(anOrder(), paymentFact(), NOW).outcome).toEqual({ result: 'applied' })
  })
})
