/** Holds by hand: placing one, dismissing one, accepting what is held. Each leaves an audit entry on the order. */
import { acceptanceKey } from '#shared/facts/fact-key.ts'
import type { Fact, PaymentFact, RefundFact } from '#shared/facts/fact.ts'
import type { Effect } from './effect.ts'
import type { AuditEntry, HoldReason, Order } from './order.ts'
import { paid } from './paid.ts'
import { applyRefundFact } from './refund-transition.ts'
import { leftOf } from './taken.ts'
import { touched } from './touched.ts'

/** Enough for any real story, and far below the size limit of an item. */
export const MAX_AUDIT_ENTRIES = 100

/** Reasons for which WeChat's word can take the place of ours; the others speak of money that cannot be both. */
const ACCEPTABLE: Readonly<Record<Fact['kind'], ReadonlySet<HoldReason>>> = {
  payment: new Set(['order_unknown', 'amount_differs', 'appid_differs', 'order_rejected']),
  refund: new Set(['order_unknown', 'amount_differs', 'order_rejected', 'refund_exceeds_paid']),
}

export type Signature = Pick<AuditEntry, 'by' | 'note'>

/** Whether a held fact may be accepted, and would change the order now. */
export function isAcceptable(order: Order, fact: Fact): boolean {
  const reason = order.holds[fact.fact_key]
  if (reason === undefined || !ACCEPTABLE[fact.kind].has(reason)) return false
  return applyAccepted(order, { ...fact, accepts: fact.fact_key }).result === 'applied'
}

/**
 * Holds an order: no refund is sent until the hold is dismissed.
 *
 * @returns undefined when the same person holds it with the same note already.
 */
export function placeHold(order: Order, { by, note }: Signature, now: number): Order | undefined {
  const open = (order.audit ?? []).some(
    (entry) =>
      entry.action === 'hold' &&
      Object.hasOwn(order.holds, entry.hold) &&
      entry.by === by &&
      entry.note === note,
  )
  if (open) return undefined
  const moment = `operator#${now}`
  // Two in the same millisecond are two holds.
  const hold = Object.hasOwn(order.holds, moment) ? `${moment}.${order.version}` : moment
  return audited(
    { ...order, holds: { ...order.holds, [hold]: 'placed_by_operator' } },
    { at: now, action: 'hold', hold, by, note },
  )
}

/** Whether another hold may be placed; there must be room left to release all that are open. */
export function hasRoomForHold({ audit = [], holds }: Order): boolean {
  return audit.length + Object.keys(holds).length + 2 <= MAX_AUDIT_ENTRIES
}

/** Takes a hold away without applying anything. The hold must be there. */
export function dismissHold(
  order: Order,
  { hold, by, note, now }: Signature & { readonly hold: string; readonly now: number },
): Order {
  return audited(withoutHold(order, hold), { at: now, action: 'dismiss', hold, by, note })
}

/** When a held fact was accepted whose acceptance is still on its way to the order: a repeat adds nothing to it. */
export function acceptedAt({ audit = [], outcomes }: Order, hold: string): number | undefined {
  return audit.find(
    ({ action, hold: key, at }) =>
      action === 'accept' && key === hold && outcomes[acceptanceKey(hold, at)] === undefined,
  )?.at
}

/** Notes that a person accepts a held fact; settle applies it. */
export function acceptHold(
  order: Order,
  { hold, by, note, now }: Signature & { readonly hold: string; readonly now: number },
): Order {
  return audited(order, { at: now, action: 'accept', hold, by, note })
}

/** What an accepted fact does: WeChat's word takes the place of ours. Without its hold it does nothing (any more). */
export function applyAccepted(order: Order, fact: Fact): Effect {
  const { accepts = '' } = fact
  if (order.holds[accepts] === undefined) return STALE
  const released = withoutHold(order, accepts)
  const effect = fact.kind === 'payment' ? acceptPayment(released, fact) : acceptRefund(released, fact)
  return effect.result === 'applied' ? effect : STALE
}

const STALE: Effect = { result: 'stale' }

/** The order takes WeChat's amount and application for its own, and is paid. */
function acceptPayment(order: Order, { payment }: PaymentFact): Effect {
  if (payment === undefined || order.status === 'PAID') return STALE
  const { total, currency } = payment.amount
  const { refundable, exceeded } = leftOf({ ...order, amount: { total, currency } })
  if (exceeded) return STALE
  const own = { ...order, amount: { total, currency }, appid: payment.appid, refundable }
  return { result: 'applied', order: paid(own, payment) }
}

/** Only once the payment is settled: the refund must fit into it. */
function acceptRefund(order: Order, fact: RefundFact): Effect {
  return order.status === 'PAID' ? applyRefundFact(order, fact) : STALE
}

function withoutHold(order: Order, hold: string): Order {
  const { [hold]: _, ...holds } = order.holds
  return { ...order, holds }
}

function audited(order: Order, entry: AuditEntry): Order {
  return touched({ ...order, audit: [...(order.audit ?? []), entry] }, entry.at)
}
