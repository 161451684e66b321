/**
 * A fact that is no item of its own: what the channel answers to a refund. Whoever asked writes it into its order, with all that its
 * events say, publishes them, and takes that mark away. While a mark stands, the order is looked at and settle publishes.
 *
 * A release that knows no marks keeps them as they stand and tells nothing of them; what it writes is looked at for other reasons, if
 * any. The first change of the order by a release that knows them plans the look again.
 */
import { conflictKey, parseFactKey } from '#shared/facts/fact-key.ts'
import { conflictOf, refundReached } from '#shared/facts/fact.ts'
import type { Fact, RefundFact } from '#shared/facts/fact.ts'
import { given } from '#shared/given.ts'
import { traceparentOf } from '#shared/trace.ts'
import type { Carried, Trace } from '#shared/trace.ts'
import { changed } from './changed.ts'
import type { Handled, Order, Untold } from './order.ts'

export interface UntoldFact {
  readonly fact: RefundFact
  readonly handled: Handled
  readonly trace: Carried
}

/** Whether the order alone knows the fact: nobody else has its events to publish. */
export function isOwn({ untold, told }: Handled): boolean {
  return untold !== undefined || told === true
}

interface Marking {
  /** What the fact made of the order, and did to it. */
  readonly applied: { readonly order: Order; readonly handled: Handled }
  readonly fact: RefundFact
  /** Of what it is a part. */
  readonly trace: Trace | undefined
  /** Epoch ms. */
  readonly now: number
}

/** The order with a fact that was applied to it, and the mark on that: one write, since nothing else knows of the fact. */
export function withMark(before: Order, { applied, fact, trace, now }: Marking): Order {
  const { order, handled } = applied
  // Nobody has to hear of it: what came first had told more.
  if (handled.changes.length === 0) return order
  const marked = { ...order.handled, [fact.fact_key]: { ...handled, untold: untoldBy(fact, trace) } }
  // From the order as it was: the look that was planned stays, and one is made for the mark.
  return changed(before, { books: order.books, untold: [], handled: marked }, now)
}

function untoldBy({ received_at: at, refund }: RefundFact, trace: Trace | undefined): Untold {
  const { refund_id, transaction_id, amount, success_time, refund_channel: channel } = refund
  return {
    at,
    refund_id,
    transaction_id,
    total: amount.total,
    amount: amount.refund,
    ...given({
      success_time,
      channel,
      traceparent: trace && traceparentOf(trace),
      request_id: trace?.requestId,
    }),
  }
}

/** The fact of the key as it was told, if its events may not be published yet. */
export function untoldOf({ mchid, out_trade_no, handled }: Order, factKey: string): UntoldFact | undefined {
  const did = Object.hasOwn(handled, factKey) ? handled[factKey] : undefined
  const parsed = parseFactKey(factKey)
  if (did?.untold === undefined || !parsed.ok || parsed.key.kind !== 'refund') return undefined
  const { at, refund_id, transaction_id, total, amount, success_time, channel, ...trace } = did.untold
  const { number: out_refund_no, state, suffix } = parsed.key
  const fact = refundReached(
    { mchid, out_trade_no, out_refund_no, state, source: 'answer', received_at: at },
    {
      refund_id,
      transaction_id,
      amount: { total, refund: amount },
      ...given({ success_time, refund_channel: channel }),
    },
  )
  return {
    fact: suffix === undefined ? fact : conflictOf(fact),
    handled: did,
    trace: given({ traceparent: trace.traceparent, requestId: trace.request_id }),
  }
}

/** The keys of those that were told before that moment (epoch ms). */
export function untoldBefore({ handled }: Order, moment: number): readonly string[] {
  return Object.entries(handled).flatMap(([key, { untold }]) =>
    untold !== undefined && untold.at <= moment ? [key] : [],
  )
}

/** Takes the mark away, and no other. @returns undefined where there is none */
export function withTold(order: Order, factKey: string, now: number): Order | undefined {
  const did = Object.hasOwn(order.handled, factKey) ? order.handled[factKey] : undefined
  if (did?.untold === undefined) return undefined
  const { untold: _, ...rest } = did
  return changed(order, { handled: { ...order.handled, [factKey]: { ...rest, told: true } } }, now)
}

/**
 * Whether a fact has the key of one that the order alone knows, and says otherwise. Where facts are stored, the second one under a
 * key is stored as a contradiction; there is none stored of this one, so that it is found out here.
 */
export function contradictsOwn({ handled, books }: Order, fact: Fact): boolean {
  const own = Object.hasOwn(handled, fact.fact_key) ? handled[fact.fact_key] : undefined
  if (own === undefined || !isOwn(own) || fact.kind !== 'refund') return false
  if (Object.hasOwn(handled, conflictKey(fact.fact_key, fact.content_hash))) return true
  const { out_refund_no, state, refund } = fact
  return !books.said.refunds.some(
    (told) =>
      told.out_refund_no === out_refund_no &&
      told.refund_id === refund.refund_id &&
      told.transaction_id === refund.transaction_id &&
      told.total === refund.amount.total &&
      told.amount === refund.amount.refund &&
      told.states[state] !== undefined,
  )
}
