/** The stored form of what is known of an order: three sets, and what the latest facts did. Packed where it is long. */
import * as v from 'valibot'
import { DECISION_ACTIONS } from '#shared/facts/fact-key.ts'
import type {
  Application,
  Approval,
  Asked,
  Books,
  Decision,
  Ours,
  Reservation,
  Said,
  ToldPayment,
  ToldRefund,
  ToldWord,
  Unfreeze,
} from '#shared/ledger/books.ts'
import { CHANGES } from '#shared/ledger/changes.ts'
import type { Change } from '#shared/ledger/changes.ts'
import {
  APPLICATION_STATES,
  CARD_OWNERS,
  PLACINGS,
  SENDINGS,
  TOLD_STATES,
  UNFREEZE_STATES,
} from '#shared/ledger/words.ts'
import type { Handled, KeptOrder, Untold } from '#shared/orders/order.ts'
import { lazy } from '#shared/lazy.ts'
import { StoredFen, StoredInteger } from './stored-item.ts'
import type { Entries } from './stored-item.ts'
import { paymentEntries } from './payment-form.ts'
import { inflatedJson } from './inflated-json.ts'
import { zlib } from './zlib.ts'

// All forms are made when the first order is read: not every call reads one.
const text = v.exactOptional(v.string())
const moment = v.exactOptional(StoredInteger)

const paymentSchema = () =>
  v.looseObject({
    ...paymentEntries(),
    told_at: StoredInteger,
  } satisfies Entries<ToldPayment>)

const refundSchema = () =>
  v.looseObject({
    out_refund_no: v.string(),
    refund_id: v.string(),
    transaction_id: v.string(),
    total: StoredFen,
    amount: StoredFen,
    states: v.record(v.picklist(TOLD_STATES), StoredInteger),
    success_time: text,
    channel: text,
  } satisfies Entries<ToldRefund>)

const approvalSchema = () =>
  v.looseObject({
    rules: v.array(v.string()),
    names: StoredInteger,
    remind_at: StoredInteger,
    pause_at: StoredInteger,
    paused_at: moment,
    begun_at: moment,
  } satisfies Entries<Approval>)

const reservationSchema = () =>
  v.looseObject({
    out_refund_no: v.string(),
    amount: StoredFen,
    request_hash: v.string(),
    request: text,
    sending: v.picklist(SENDINGS),
    attempt: v.pipe(StoredInteger, v.minValue(1)),
    in_doubt: v.boolean(),
    refused_code: text,
    refused_at: moment,
    failure_code: text,
    failed_at: moment,
    approval: v.exactOptional(approvalSchema()),
    attempted_at: moment,
    created_at: StoredInteger,
    updated_at: StoredInteger,
  } satisfies Entries<Reservation>)

const decisionSchema = () =>
  v.looseObject({
    action: v.picklist(DECISION_ACTIONS),
    hold: v.string(),
    by: v.string(),
    note: v.string(),
    at: StoredInteger,
    evidence: text,
    choice: text,
  } satisfies Entries<Decision>)

const wordSchema = () =>
  v.looseObject({
    out_refund_no: text,
    word: text,
    at: StoredInteger,
  } satisfies Entries<ToldWord>)

const saidSchema = () =>
  v.looseObject({
    payments: v.array(paymentSchema()),
    closed_at: moment,
    refunded_at: moment,
    refunds: v.array(refundSchema()),
    words: v.exactOptional(v.array(wordSchema())),
    overflow: v.array(v.string()),
  } satisfies Entries<Said>)

const askedSchema = () =>
  v.looseObject({
    appid: v.string(),
    amount: v.looseObject({ total: StoredFen, currency: v.string() }),
    profit_sharing: v.exactOptional(v.boolean()),
    reused_at: moment,
    first_look_ms: moment,
  } satisfies Entries<Asked>)

const unfreezeSchema = () =>
  v.looseObject({
    out_order_no: v.string(),
    description: v.string(),
    state: v.picklist(UNFREEZE_STATES),
    in_doubt: v.boolean(),
    order_id: text,
    failure_code: text,
    created_at: StoredInteger,
    updated_at: StoredInteger,
  } satisfies Entries<Unfreeze>)

const applicationSchema = () =>
  v.looseObject({
    out_refund_no: v.string(),
    type: v.picklist(CARD_OWNERS),
    state: v.picklist(APPLICATION_STATES),
    attempt: StoredInteger,
    failure_code: text,
    created_at: StoredInteger,
    updated_at: StoredInteger,
  } satisfies Entries<Application>)

const oursSchema = () =>
  v.looseObject({
    asked: v.exactOptional(askedSchema()),
    placing: v.picklist(PLACINGS),
    rejected_code: text,
    refunds: v.array(reservationSchema()),
    unfreeze: v.exactOptional(unfreezeSchema()),
    applications: v.exactOptional(v.array(applicationSchema())),
    unsplit: v.exactOptional(v.looseObject({ amount: StoredFen, at: StoredInteger })),
  } satisfies Entries<Ours>)

const untoldSchema = () =>
  v.looseObject({
    refund_id: v.string(),
    transaction_id: v.string(),
    total: StoredFen,
    amount: StoredFen,
    success_time: text,
    channel: text,
    at: StoredInteger,
    traceparent: text,
    request_id: text,
  } satisfies Entries<Untold>)

const handledSchema = () =>
  v.looseObject({
    version: StoredInteger,
    changes: v.array(
      v.looseObject({
        type: v.picklist(CHANGES),
        holds: v.exactOptional(v.array(v.string())),
        paid_after_close: v.exactOptional(v.boolean()),
      } satisfies Entries<Change>),
    ),
    refundable: StoredFen,
    deficit: StoredFen,
    holds: v.array(v.string()),
    untold: v.exactOptional(untoldSchema()),
    told: v.exactOptional(v.literal(true)),
  } satisfies Entries<Handled>)

/** Keys of facts may be anything but `__proto__`, because they hold a `#`. */
export const knownSchema = lazy(() =>
  v.looseObject({
    said: saidSchema(),
    ours: oursSchema(),
    decided: v.array(decisionSchema()),
    handled: v.record(v.string(), handledSchema()),
  } satisfies Entries<Known>),
)

/** What is known of an order, as one value. */
type Known = Books & Pick<KeptOrder, 'handled'>

/** Beyond this many characters it is stored packed: an item costs by its size, and must never reach its limit. */
const LONG = 4096

/** As it is stored: as it is, or deflated where it is long. */
export const storedKnownSchema = lazy(() =>
  v.pipe(
    v.union([v.instance(Uint8Array), v.looseObject({})]),
    v.transform((stored) => (stored instanceof Uint8Array ? inflatedJson(stored) : stored)),
    knownSchema(),
  ),
)

export function storedKnown({ books, handled }: Pick<KeptOrder, 'books' | 'handled'>): Known | Uint8Array {
  const known = { ...books, handled }
  const long = JSON.stringify(known)
  return long.length > LONG ? zlib().deflateRawSync(long) : known
}
