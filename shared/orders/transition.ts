/**
 * What a fact does to its order: a pure function. Facts may come in any order and any number of times; a permutation of
 * the same facts ends in the same order. Facts that agree with the order are applied even while it is held, because they
 * are reality; a hold stops only what we would do ourselves.
 */
import type { Fact, PaymentContent, PaymentFact } from '#shared/facts/fact.ts'
import { fen } from '#shared/money.ts'
import type { Effect } from './effect.ts'
import { applyAccepted } from './hold.ts'
import { orderKey } from './order-key.ts'
import { paid } from './paid.ts'
import type { HoldReason, Order, Outcome } from './order.ts'
import { applyRefundFact } from './refund-transition.ts'
import { touched } from './touched.ts'

/** `order` is what has to be written; absent when the fact was handled before. */
export interface Transition {
  readonly outcome: Outcome
  readonly order?: Order
}

/** Applies a fact to its order (undefined: unknown to us, which makes an order that only exists to be held). `now`: epoch ms. */
export function transition(order: Order | undefined, fact: Fact, now: number): Transition {
  const remembered = order?.outcomes[fact.fact_key]
  if (remembered !== undefined) return { outcome: remembered }
  const current = order ?? unrecognizedOrder(fact, now)
  const effect = effectOf(current, fact)
  const outcome = outcomeOf(effect)
  const changed = effect.result === 'applied' ? effect.order : current
  const holds =
    effect.result === 'held' ? { ...changed.holds, [fact.fact_key]: effect.reason } : changed.holds
  return {
    outcome,
    order: touched({ ...changed, holds, outcomes: { ...changed.outcomes, [fact.fact_key]: outcome } }, now),
  }
}

function effectOf(order: Order, fact: Fact): Effect {
  if (fact.accepts !== undefined) return applyAccepted(order, fact)
  if (fact.conflicts_with !== undefined) return { result: 'held', reason: 'content_conflict' }
  if (order.status === 'UNRECOGNIZED') return { result: 'held', reason: 'order_unknown' }
  return fact.kind === 'payment' ? applyPaymentFact(order, fact) : applyRefundFact(order, fact)
}

function applyPaymentFact(order: Order, fact: PaymentFact): Effect {
  if (fact.payment === undefined) return applyClosed(order)
  const difference = differenceOf(order, fact.payment)
  if (difference !== undefined) return { result: 'held', reason: difference }
  switch (order.status) {
    case 'CREATED':
    case 'AWAITING_PAYMENT':
      return { result: 'applied', order: paid(order, fact.payment) }
    // Money is truth: WeChat took it, whatever we believed before.
    case 'CLOSED':
      return { result: 'applied', order: paid(order, fact.payment), paid_after_close: true }
    case 'REJECTED':
      return { result: 'held', reason: 'order_rejected' }
    case 'PAID':
      return { result: 'stale' }
    case 'UNRECOGNIZED':
      return { result: 'held', reason: 'order_unknown' }
  }
}

function applyClosed(order: Order): Effect {
  const open = order.status === 'CREATED' || order.status === 'AWAITING_PAYMENT'
  return open ? { result: 'applied', order: { ...order, status: 'CLOSED' } } : { result: 'stale' }
}

function differenceOf(order: Order, payment: PaymentContent): HoldReason | undefined {
  if (payment.amount.currency !== order.amount.currency) return 'currency_differs'
  if (payment.amount.total !== order.amount.total) return 'amount_differs'
  return payment.appid === order.appid ? undefined : 'appid_differs'
}

function outcomeOf(effect: Effect): Outcome {
  if (effect.result === 'held') return { result: 'held', hold_reason: effect.reason }
  return effect.result === 'applied' && effect.paid_after_close === true
    ? { result: 'applied', paid_after_close: true }
    : { result: effect.result }
}

/** Version 0 was never written: the first save of this order demands that none is there. */
function unrecognizedOrder(fact: Fact, now: number): Order {
  const amount =
    fact.kind === 'payment' ? fact.payment?.amount : { total: fact.refund.amount.total, currency: 'CNY' }
  return {
    order_key: orderKey(fact.mchid, fact.out_trade_no),
    v: 1,
    version: 0,
    mchid: fact.mchid,
    out_trade_no: fact.out_trade_no,
    appid: fact.kind === 'payment' ? (fact.payment?.appid ?? '') : '',
    status: 'UNRECOGNIZED',
    amount: { total: amount?.total ?? fen(0), currency: amount?.currency ?? 'CNY' },
    request_hash: '',
    refundable: fen(0),
    refunds: {},
    outcomes: {},
    holds: {},
    created_at: now,
    updated_at: now,
  }
}
