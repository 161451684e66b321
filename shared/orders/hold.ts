/** Holds by hand: placing one, dismissing one, and accepting a held payment. Each leaves an audit entry on the order. */
import type { Fact } from '#shared/facts/fact.ts'
import { fen, subtractFen } from '#shared/money.ts'
import type { AuditEntry, HoldReason, Order } from './order.ts'
import { paid } from './paid.ts'
import { touched } from './touched.ts'
import type { Effect } from './transition.ts'

/** Enough for any real story, and far below the size limit of an item. */
export const MAX_AUDIT_ENTRIES = 100

/** Reasons for which WeChat's word can take the place of ours; the others speak of money that cannot be both. */
const ACCEPTABLE: ReadonlySet<HoldReason> = new Set([
  'order_unknown',
  'amount_differs',
  'appid_differs',
  'order_rejected',
])

export type Signature = Pick<AuditEntry, 'by' | 'note'>

/** Whether a held fact may be accepted: a payment whose difference a person can judge. */
export function isAcceptable(order: Order, fact: Fact): boolean {
  const reason = order.holds[fact.fact_key]
  return (
    fact.kind === 'payment' && fact.payment !== undefined && reason !== undefined && ACCEPTABLE.has(reason)
  )
}

/** Holds an order: no refund is made until the hold is dismissed. */
export function placeHold(order: Order, { by, note }: Signature, now: number): Order {
  const hold = `operator#${now}`
  return audited(
    { ...order, holds: { ...order.holds, [hold]: 'placed_by_operator' } },
    { at: now, action: 'hold', hold, by, note },
  )
}

/** Takes a hold away without applying anything. The hold must be there. */
export function dismissHold(
  order: Order,
  { hold, by, note, now }: Signature & { readonly hold: string; readonly now: number },
): Order {
  return audited(withoutHold(order, hold), { at: now, action: 'dismiss', hold, by, note })
}

/** Notes that a person accepts a held fact; settle applies it. */
export function acceptHold(
  order: Order,
  { hold, by, note, now }: Signature & { readonly hold: string; readonly now: number },
): Order {
  return audited(order, { at: now, action: 'accept', hold, by, note })
}

/** What an accepted fact does: the order takes WeChat's amount and application for its own, and is paid. */
export function applyAccepted(order: Order, fact: Fact): Effect {
  const { accepts = '' } = fact
  const acceptable =
    fact.kind === 'payment' &&
    fact.payment !== undefined &&
    order.holds[accepts] !== undefined &&
    order.status !== 'PAID'
  if (!acceptable) return { result: 'stale' }
  const { total, currency } = fact.payment.amount
  const refundable = subtractFen(total, fen(refundedOf(order)))
  if (refundable === undefined) return { result: 'held', reason: 'refund_exceeds_paid' }
  const own = {
    ...withoutHold(order, accepts),
    amount: { total, currency },
    appid: fact.payment.appid,
    refundable,
  }
  return { result: 'applied', order: paid(own, fact.payment) }
}

function refundedOf({ refunds }: Order): number {
  const taken = Object.values(refunds).filter(({ status }) => status !== 'FAILED' && status !== 'CLOSED')
  return taken.reduce((sum, { amount }) => sum + amount, 0)
}

function withoutHold(order: Order, hold: string): Order {
  const { [hold]: _, ...holds } = order.holds
  return { ...order, holds }
}

function audited(order: Order, entry: AuditEntry): Order {
  return touched({ ...order, audit: [...(order.audit ?? []), entry] }, entry.at)
}
