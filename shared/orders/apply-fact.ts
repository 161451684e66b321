/**
 * What a fact does to its order: it joins the books, and the books are folded anew. Pure. Facts may come in any order and any
 * number of times; reality is always applied, and a hold stops only what we would do ourselves.
 */
import { conflictOf } from '#shared/facts/fact.ts'
import type { Fact, StateFact } from '#shared/facts/fact.ts'
import { namesRefund, tellsOfRefunds } from '#shared/facts/telling.ts'
import { refundOfApproval } from '#shared/ledger/approval.ts'
import { NOTHING_SAID } from '#shared/ledger/books.ts'
import { changesBetween, TOLD_CHANGES } from '#shared/ledger/changes.ts'
import type { Change } from '#shared/ledger/changes.ts'
import { fold } from '#shared/ledger/fold.ts'
import { REFUNDS_UNKNOWN } from '#shared/ledger/fold-elsewhere.ts'
import { wordHold } from '#shared/ledger/fold-words.ts'
import { reservationOf } from '#shared/ledger/reservation.ts'
import { changed } from './changed.ts'
import { orderKey } from './order-key.ts'
import { orderOf } from './order-picture.ts'
import { refundOf } from './order.ts'
import type { Handled, KeptOrder, Order } from './order.ts'
import { booksWith } from './told-facts.ts'
import { contradictsOwn } from './untold.ts'

/** So many facts are remembered; what is still to be published is among the latest, or is told from the books as they are. */
const REMEMBERED = 64
/** Of the open holds, an event names so many: they are derived from what WeChat says, and it may say anything. */
const MOST_HOLDS = 8

export interface Applied {
  readonly order: Order
  /** As it was applied: another telling than that which the order has under its key contradicts it. */
  readonly fact: Fact
  readonly handled: Handled
  /** Whether the order has to be written. */
  readonly isNew: boolean
}

/** Applies a fact to its order (undefined: unknown to us, which makes an order that only WeChat knows). `now`: epoch ms. */
export function applyFact(order: Order | undefined, told: Fact, now: number): Applied {
  const fact = order !== undefined && contradictsOwn(order, told) ? conflictOf(told) : told
  const remembered = order?.handled[fact.fact_key]
  if (order !== undefined && remembered !== undefined)
    return { order, fact, handled: remembered, isNew: false }
  const before = order ?? unknownOrder(fact, now)
  const books = booksWith(before.books, fact)
  if (order !== undefined && books === order.books)
    return { order, fact, handled: asItIs(order, fact), isNew: false }
  const after = changed(before, { books, untold: [] }, now)
  const changes = changesBetween(order && fold(order.books), fold(after.books), refundNumber(fact))
  const handled = handledBy(after, withUntold(changes, order, after))
  return { order: { ...after, handled: remembering(before, fact, handled) }, fact, handled, isNew: true }
}

function handledBy(order: Order, changes: readonly Change[]): Handled {
  const { version, refundable, deficit, holds } = order
  return { version, changes, refundable, deficit, holds: Object.keys(holds).slice(0, MOST_HOLDS) }
}

/** Holds that came to light when an item of an earlier form was read are told with the first fact after it. */
function withUntold(
  changes: readonly Change[],
  before: Order | undefined,
  { holds }: Order,
): readonly Change[] {
  const told = new Set(
    changes.flatMap((change) => (change.type === 'order.held' ? (change.holds ?? []) : [])),
  )
  const untold = (before?.untold ?? []).filter((key) => Object.hasOwn(holds, key) && !told.has(key))
  if (untold.length === 0) return changes
  const others = changes.filter(({ type }) => type !== 'order.held')
  return [...others, { type: 'order.held', holds: [...told, ...untold].toSorted() }]
}

/**
 * The books have it, and what it did then is forgotten, or it does nothing any more: where they still show it, its event tells
 * the books of today, which are those that count.
 */
function asItIs(order: Order, fact: Fact): Handled {
  const change = shownBy(order, fact)
  return handledBy(order, change === undefined ? [] : [change])
}

function shownBy({ status, refunds, holds, books }: Order, fact: Fact): Change | undefined {
  switch (fact.kind) {
    case 'payment': {
      if (status === 'CLOSED' && fact.payment === undefined) return { type: 'payment.closed' }
      return status === 'PAID' && fact.payment !== undefined ? { type: 'payment.succeeded' } : undefined
    }
    case 'refund':
      return refundOf({ refunds }, fact.out_refund_no)?.status === fact.state
        ? { type: TOLD_CHANGES[fact.state] }
        : undefined
    case 'failure':
      return refundOf({ refunds }, fact.out_refund_no)?.status === 'FAILED' &&
        reservationOf(books, fact.out_refund_no)?.attempt === fact.attempt
        ? { type: 'refund.failed' }
        : undefined
    case 'state': {
      const hold = stateHold(fact)
      return hold !== undefined && Object.hasOwn(holds, hold)
        ? { type: 'order.held', holds: [hold] }
        : undefined
    }
    case 'decision': {
      const { action, hold } = fact.decision
      if (action === 'pay_to_card') return undefined
      const open = Object.hasOwn(holds, hold)
      if ((action === 'hold') !== open) return undefined
      return { type: open ? 'order.held' : 'order.released', holds: [hold] }
    }
  }
}

/** The hold that a state may open. */
function stateHold(fact: StateFact): string | undefined {
  if (!fact.known) return wordHold(fact.out_refund_no)
  return tellsOfRefunds(fact) || namesRefund(fact) ? REFUNDS_UNKNOWN : undefined
}

function remembering({ handled }: KeptOrder, fact: Fact, latest: Handled): Order['handled'] {
  const entries = [...Object.entries(handled), [fact.fact_key, latest] as const]
  const sorted = entries.toSorted(([, one], [, other]) => one.version - other.version)
  const latestFrom = sorted.length - REMEMBERED
  // What is not published yet is known from here alone.
  return Object.fromEntries(
    sorted.filter(([, did], index) => index >= latestFrom || did.untold !== undefined),
  )
}

function refundNumber(fact: Fact): string | undefined {
  if (fact.kind === 'decision' && fact.decision.action === 'refuse')
    return refundOfApproval(fact.decision.hold)
  return fact.kind === 'refund' || fact.kind === 'failure' ? fact.out_refund_no : undefined
}

/** Version 0 was never written: the first save of this order demands that none is there. */
function unknownOrder({ mchid, out_trade_no }: Fact, now: number): Order {
  return orderOf({
    order_key: orderKey(mchid, out_trade_no),
    version: 0,
    mchid,
    out_trade_no,
    request_hash: '',
    books: { said: NOTHING_SAID, ours: { placing: 'CREATED', refunds: [] }, decided: [] },
    handled: {},
    created_at: now,
    updated_at: now,
  })
}
