/**
 * Draws the books out of an order of form 1. Money that was told and did not fit then stands in the facts alone, which are never
 * deleted: they are read once, and what they say counts again.
 */
import { parseFactKey } from '#shared/facts/fact-key.ts'
import type { Fact } from '#shared/facts/fact.ts'
import type { Books, Decision, Ours, Reservation, Said, ToldRefund } from '#shared/ledger/books.ts'
import { NOTHING_SAID } from '#shared/ledger/books.ts'
import { TOLD_CHANGES } from '#shared/ledger/changes.ts'
import type { Change } from '#shared/ledger/changes.ts'
import { asksApproval } from '#shared/ledger/approval.ts'
import { digestOf } from '#shared/ledger/digest.ts'
import { withClosed, withPayment, withRefund } from '#shared/ledger/tellings.ts'
import { SENDINGS, TOLD_STATES } from '#shared/ledger/words.ts'
import { fen } from '#shared/money.ts'
import type { Handled } from '#shared/orders/order.ts'
import { booksWith } from '#shared/orders/told-facts.ts'
import type { Form1, Refund1 } from './order-form-1.ts'

export interface Upgrade {
  readonly stored: Form1 & { readonly version: number; readonly updated_at: number }
  /** The books that an earlier write of this release left beside it, before an older release wrote again. */
  readonly known?: (Books & { readonly handled: Readonly<Record<string, Handled>> }) | undefined
}

/** The keys of the facts whose content the order does not hold. */
export function factsWanted({ stored, known }: Upgrade): readonly string[] {
  const told = new Set(Object.keys(known?.handled ?? {}))
  return Object.entries(stored.outcomes).flatMap(([key, { result }]) => {
    const parsed = parseFactKey(key)
    const dangling = parsed.ok && parsed.key.kind === 'refund' && stored.transaction_id === undefined
    return !told.has(key) && (result !== 'applied' || dangling) ? [key] : []
  })
}

interface Evidence {
  readonly facts: readonly Fact[]
  /** Of what {@link factsWanted} asked for; more was told than can be read, and a person has to look. */
  readonly missing: readonly string[]
}

/** The books, and what was remembered of facts. */
export function upgraded(
  { stored, known }: Upgrade,
  { facts, missing }: Evidence,
): { readonly books: Books; readonly handled: Readonly<Record<string, Handled>> } {
  const books: Books = {
    said: withMissing(saidBy(stored, known?.said ?? NOTHING_SAID), missing),
    ours: oursBy(stored, known?.ours),
    decided: decidedBy(stored, known?.decided ?? []),
  }
  // Held facts only: an acceptance is in what the order became.
  const told = facts.filter(({ accepts }) => accepts === undefined)
  return {
    books: told.reduce(booksWith, books),
    handled: { ...handledBy(stored), ...known?.handled },
  }
}

function withMissing(said: Said, missing: readonly string[]): Said {
  return missing.length === 0
    ? said
    : { ...said, overflow: [...new Set([...said.overflow, ...missing])].toSorted() }
}

function saidBy(stored: Upgrade['stored'], known: Said): Said {
  const { appid, transaction_id, success_time, amount, payer_total, trade_type, bank_type } = stored
  const paid =
    stored.status !== 'PAID' || transaction_id === undefined
      ? known
      : withPayment(known, {
          appid,
          transaction_id,
          success_time: success_time ?? new Date(stored.updated_at).toISOString(),
          amount: { ...amount, ...(payer_total === undefined ? {} : { payer_total }) },
          ...(trade_type === undefined ? {} : { trade_type }),
          ...(bank_type === undefined ? {} : { bank_type }),
          told_at: stored.updated_at,
        })
  const closed = stored.status === 'CLOSED' ? withClosed(paid, stored.updated_at) : paid
  return stored.refunds.flatMap((refund) => toldBy(stored, refund)).reduce(withRefund, closed)
}

function toldBy({ transaction_id, amount }: Form1, refund: Refund1): ToldRefund[] {
  const state = TOLD_STATES.find((told) => told === refund.status)
  // Without a payment the fact itself is read, which says what it was a refund of.
  if (state === undefined || transaction_id === undefined) return []
  const { out_refund_no, refund_id = '', success_time, channel, updated_at } = refund
  return [
    {
      out_refund_no,
      refund_id,
      transaction_id,
      total: amount.total,
      amount: refund.amount,
      states: { [state]: updated_at },
      ...(success_time === undefined ? {} : { success_time }),
      ...(channel === undefined ? {} : { channel }),
    },
  ]
}

function oursBy({ status, appid, amount, rejected_code, refunds }: Form1, known: Ours | undefined): Ours {
  const kept = new Map((known?.refunds ?? []).map((one) => [one.out_refund_no, one]))
  return {
    ...(status === 'UNRECOGNIZED' ? {} : { asked: known?.asked ?? { appid, amount: fenAmount(amount) } }),
    placing: status === 'CREATED' || status === 'REJECTED' ? status : 'AWAITING_PAYMENT',
    ...(rejected_code === undefined ? {} : { rejected_code }),
    refunds: refunds.flatMap((refund) => reservationBy(refund, kept.get(refund.out_refund_no))),
    ...(known?.unfreeze === undefined ? {} : { unfreeze: known.unfreeze }),
    ...(known?.applications === undefined ? {} : { applications: known.applications }),
    ...(known?.unsplit === undefined ? {} : { unsplit: known.unsplit }),
  }
}

function fenAmount({ total, currency }: Form1['amount']) {
  return { total: fen(total), currency }
}

function reservationBy(refund: Refund1, known: Reservation | undefined): Reservation[] {
  const { request_hash, status, updated_at } = refund
  if (request_hash === undefined) return []
  if (known !== undefined && known.updated_at >= updated_at) return [withBytes(known, refund)]
  const { out_refund_no, amount, refused_code, refused_at, failure_code, attempted_at, created_at } = refund
  const reservation: Reservation = {
    out_refund_no,
    amount,
    request_hash,
    // Of one that WeChat has, how far the sending was known does not matter any more.
    sending: SENDINGS.find((sending) => sending === status) ?? 'UNKNOWN',
    attempt: attempted_at === undefined ? 1 : 2,
    in_doubt: refund.in_doubt ?? status === 'UNKNOWN',
    ...(refused_code === undefined ? {} : { refused_code }),
    ...(refused_at === undefined ? {} : { refused_at }),
    ...(failure_code === undefined ? {} : { failure_code }),
    ...(status === 'FAILED' ? { failed_at: updated_at } : {}),
    ...(attempted_at === undefined ? {} : { attempted_at }),
    created_at,
    updated_at,
  }
  // What people have to decide is decided here alone.
  const asks = known !== undefined && asksApproval(known)
  return asks ? [{ ...known, ...reservation, sending: known.sending }] : [withBytes(reservation, refund)]
}

function withBytes(reservation: Reservation, { status, request }: Refund1): Reservation {
  const mayBeSent = SENDINGS.some((sending) => sending === status)
  return mayBeSent && request !== undefined ? { ...reservation, request } : reservation
}

/** Of what was dismissed then, only holds by hand stay dismissed: what stood against the money has to be seen again. */
function decidedBy({ audit = [] }: Form1, known: readonly Decision[]): readonly Decision[] {
  const added = audit.filter(
    ({ at, action, hold }) =>
      !known.some((one) => one.at === at && one.action === action && one.hold === hold),
  )
  return [
    ...known,
    ...added.map(({ at, action, hold, by, note }) => ({
      action,
      hold,
      by,
      note,
      at,
      ...(hold.startsWith('operator#') ? { evidence: digestOf(hold) } : {}),
    })),
  ]
}

const PAYMENT_CHANGES = { SUCCESS: 'payment.succeeded', CLOSED: 'payment.closed' } as const

/** A fact that is still to be published says what it would have said. */
function handledBy(stored: Upgrade['stored']): Record<string, Handled> {
  const { version, outcomes, refundable } = stored
  const holds = Object.keys(stored.holds).slice(0, 1)
  return Object.fromEntries(
    Object.entries(outcomes).map(([key, outcome]) => [
      key,
      { version, changes: changesBy(key, outcome), refundable, deficit: fen(0), holds },
    ]),
  )
}

function changesBy(key: string, { result, paid_after_close }: Form1['outcomes'][string]): Change[] {
  if (result === 'stale') return []
  if (result === 'held') return [{ type: 'order.held', holds: [key] }]
  const parsed = parseFactKey(key)
  if (!parsed.ok) return []
  if (parsed.key.kind === 'payment')
    return [
      { type: PAYMENT_CHANGES[parsed.key.state], ...(paid_after_close === true ? { paid_after_close } : {}) },
    ]
  return parsed.key.kind === 'refund' ? [{ type: TOLD_CHANGES[parsed.key.state] }] : []
}
