/**
 * The form in which orders were stored before their books were: what a fact made of the order, without the facts. This release
 * still writes it beside the books, so that the one before it can read every order.
 */
import * as v from 'valibot'
import { canonicalHash } from '#shared/crypto/canonical-hash.ts'
import { DECISION_ACTIONS } from '#shared/facts/fact-key.ts'
import { asksApproval } from '#shared/ledger/approval.ts'
import { ORDER_STATUSES, REFUND_STATUSES } from '#shared/ledger/words.ts'
import type { HoldReason } from '#shared/ledger/words.ts'
import type { Handled, Order, Refund } from '#shared/orders/order.ts'
import { lazy } from '#shared/lazy.ts'
import { StoredFen, StoredInteger } from './stored-item.ts'

const HOLD_REASONS_1 = [
  'order_unknown',
  'amount_differs',
  'currency_differs',
  'appid_differs',
  'content_conflict',
  'order_rejected',
  'refund_amount_differs',
  'refund_exceeds_paid',
  'refund_contradiction',
  'placed_by_operator',
] as const
type HoldReason1 = (typeof HOLD_REASONS_1)[number]

const RESULTS_1 = ['applied', 'stale', 'held'] as const

const text = v.exactOptional(v.string())
const moment = v.exactOptional(StoredInteger)

const refund1 = () =>
  v.looseObject({
    out_refund_no: v.string(),
    status: v.picklist(REFUND_STATUSES),
    amount: StoredFen,
    request: text,
    request_hash: text,
    refund_id: text,
    channel: text,
    success_time: text,
    failure_code: text,
    refused_code: text,
    refused_at: moment,
    in_doubt: v.exactOptional(v.boolean()),
    attempted_at: moment,
    created_at: StoredInteger,
    updated_at: StoredInteger,
  })
export type Refund1 = v.InferOutput<ReturnType<typeof refund1>>

const outcome1 = () =>
  v.looseObject({
    result: v.picklist(RESULTS_1),
    hold_reason: v.exactOptional(v.picklist(HOLD_REASONS_1)),
    paid_after_close: v.exactOptional(v.boolean()),
  })
type Outcome1 = v.InferOutput<ReturnType<typeof outcome1>>

const audit1 = () =>
  v.looseObject({
    at: StoredInteger,
    action: v.picklist(DECISION_ACTIONS),
    hold: v.string(),
    by: v.string(),
    note: v.string(),
  })

/** What form 1 says of an order beyond what every form keeps. */
export const entries1 = lazy(() => ({
  appid: v.string(),
  status: v.picklist(ORDER_STATUSES),
  amount: v.looseObject({ total: StoredFen, currency: v.string() }),
  rejected_code: text,
  transaction_id: text,
  trade_type: text,
  bank_type: text,
  success_time: text,
  payer_total: v.exactOptional(StoredFen),
  refundable: StoredFen,
  // A list, because a refund number may legally be `constructor` or `__proto__`, which no JavaScript map of the SDK survives.
  refunds: v.pipe(
    v.array(refund1()),
    v.check((refunds) => new Set(refunds.map((refund) => refund.out_refund_no)).size === refunds.length),
  ),
  outcomes: v.record(v.string(), outcome1()),
  holds: v.record(v.string(), v.picklist(HOLD_REASONS_1)),
  audit: v.exactOptional(v.array(audit1())),
}))
export type Form1 = v.InferOutput<v.LooseObjectSchema<ReturnType<typeof entries1>, undefined>>

const names1 = lazy(() => Object.keys(entries1()))

/** Tells a form 1 that only a release without books can have written from the one that stands beside the books. */
export function digestOf1(stored: Readonly<Record<string, unknown>>): string {
  return canonicalHash(Object.fromEntries(names1().map((name) => [name, stored[name]]))).slice(0, 32)
}

/** What the release before this one is shown of an order. */
export function form1Of(order: Order): Readonly<Record<string, unknown>> {
  const { appid, status, amount, rejected_code, transaction_id, trade_type, bank_type } = order
  const { success_time, payer_total, refunds, holds, handled, books } = order
  const all = Object.values(refunds)
  const live = all.reduce((sum, refund) => (refund.live ? sum + refund.amount : sum), 0)
  return {
    appid,
    status,
    amount,
    rejected_code,
    transaction_id,
    trade_type,
    bank_type,
    success_time,
    payer_total,
    // It took the amount of an order for refundable from the first moment on.
    refundable: status === 'UNRECOGNIZED' ? 0 : Math.max(0, amount.total - live),
    refunds: all.map((refund) => refund1Of(refund, order)),
    outcomes: mapped(handled, outcome1Of),
    holds: mapped(holds, (reason) => REASON_1[reason]),
    audit: books.decided
      .filter(({ action }) => action !== 'approve' && action !== 'refuse' && action !== 'pay_to_card')
      .map(({ action, hold, by, note, at }) => ({ at, action, hold, by, note })),
  }
}

function refund1Of(shown: Refund, { books }: Order) {
  const { live: _, refund_channel: channel, approval: _approval, ...refund } = shown
  const reservation = books.ours.refunds.find((one) => one.out_refund_no === refund.out_refund_no)
  const all = { ...refund, channel, refused_at: reservation?.refused_at }
  // It knows of no approvals, and sends whatever it has the bytes of.
  return reservation !== undefined && asksApproval(reservation) ? { ...all, request: undefined } : all
}

function outcome1Of({ changes }: Handled): Outcome1 {
  const held = changes.find(({ type }) => type === 'order.held')
  if (held !== undefined) return { result: 'held' }
  const late = changes.some(({ paid_after_close }) => paid_after_close === true)
  if (late) return { result: 'applied', paid_after_close: true }
  return { result: changes.length === 0 ? 'stale' : 'applied' }
}

export const REASON_1: Readonly<Record<HoldReason, HoldReason1>> = {
  order_unknown: 'order_unknown',
  order_rejected: 'order_rejected',
  amount_differs: 'amount_differs',
  currency_differs: 'currency_differs',
  appid_differs: 'appid_differs',
  payment_conflict: 'content_conflict',
  over_refunded: 'refund_exceeds_paid',
  refund_without_payment: 'order_unknown',
  refund_of_other_transaction: 'content_conflict',
  refund_amount_differs: 'refund_amount_differs',
  refund_contradiction: 'refund_contradiction',
  refunds_unknown: 'content_conflict',
  trade_state_unknown: 'content_conflict',
  refund_state_unknown: 'refund_contradiction',
  too_many_tellings: 'content_conflict',
  placed_by_operator: 'placed_by_operator',
  approval: 'placed_by_operator',
}

function mapped<From, To>(
  record: Readonly<Record<string, From>>,
  change: (value: From) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]))
}
