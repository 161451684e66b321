/** The stored form of facts, the same for every engine: the fact as it is, plus its delivery state. */
import * as v from 'valibot'
import { fromItem, toItem } from './dynamo.ts'
import type { Item } from './dynamo.ts'
import { currentTrace } from '#shared/ambient-trace.ts'
import { AppError } from '#shared/errors.ts'
import { lazy } from '#shared/lazy.ts'
import { noticeSchema } from './notice-form.ts'
import { shardOf } from './shard.ts'
import { paymentEntries } from './payment-form.ts'
import { readStored, StoredFen, StoredInteger } from './stored-item.ts'
import type { Entries, StoredAs } from './stored-item.ts'
import { FIRST_DISPATCH_AGAIN_MS, PENDING_SHARDS } from '#shared/facts/fact-store.ts'
import type { DueFact } from '#shared/facts/fact-store.ts'
import { DECISION_ACTIONS, PAYMENT_FACT_STATES, REFUND_FACT_STATES } from '#shared/facts/fact-key.ts'
import { FACT_SOURCES } from '#shared/facts/fact.ts'
import { traceparentOf } from '#shared/trace.ts'
import type {
  DecisionContent,
  DecisionFact,
  FailureFact,
  PaymentContent,
  PaymentFact,
  RefundContent,
  RefundFact,
  StateFact,
  Storable,
  StoredFact,
} from '#shared/facts/fact.ts'

const base = () => ({
  fact_key: v.string(),
  v: v.literal(1),
  mchid: v.string(),
  out_trade_no: v.string(),
  content_hash: v.string(),
  source: v.picklist(FACT_SOURCES),
  received_at: StoredInteger,
  conflicts_with: v.exactOptional(v.string()),
  accepts: v.exactOptional(v.string()),
})

const paymentContent = () =>
  v.looseObject({
    ...paymentEntries(),
    attach: v.exactOptional(v.string()),
  } satisfies Entries<PaymentContent>)

const paymentFact = () =>
  v.looseObject({
    ...base(),
    kind: v.literal('payment'),
    state: v.picklist(PAYMENT_FACT_STATES),
    payment: v.exactOptional(paymentContent()),
  } satisfies Entries<PaymentFact>)

const refundContent = () =>
  v.pipe(
    v.looseObject({
      refund_id: v.string(),
      transaction_id: v.string(),
      amount: v.looseObject({ total: StoredFen, refund: StoredFen } satisfies Entries<
        RefundContent['amount']
      >),
      success_time: v.exactOptional(v.string()),
      channel: v.exactOptional(v.string()),
    } satisfies Entries<StoredAs<RefundContent, 'refund_channel', 'channel'>>),
    v.transform(({ channel, ...refund }) =>
      channel === undefined ? refund : { ...refund, refund_channel: channel },
    ),
  )

const refundFact = () =>
  v.looseObject({
    ...base(),
    kind: v.literal('refund'),
    state: v.picklist(REFUND_FACT_STATES),
    out_refund_no: v.string(),
    refund: refundContent(),
  } satisfies Entries<RefundFact>)

const failureFact = () =>
  v.looseObject({
    ...base(),
    kind: v.literal('failure'),
    out_refund_no: v.string(),
    attempt: v.pipe(StoredInteger, v.minValue(1)),
    failure_code: v.string(),
  } satisfies Entries<FailureFact>)

const decisionFact = () =>
  v.looseObject({
    ...base(),
    kind: v.literal('decision'),
    decision: v.looseObject({
      action: v.picklist(DECISION_ACTIONS),
      hold: v.string(),
      by: v.string(),
      note: v.string(),
      at: StoredInteger,
      evidence: v.exactOptional(v.string()),
      choice: v.exactOptional(v.string()),
    } satisfies Entries<DecisionContent>),
  } satisfies Entries<DecisionFact>)

const stateFact = () =>
  v.looseObject({
    ...base(),
    kind: v.literal('state'),
    out_refund_no: v.exactOptional(v.string()),
    state: v.string(),
    known: v.boolean(),
  } satisfies Entries<StateFact>)

/** Made when a fact is read: notify writes without reading, but for what comes twice. */
const factSchema = lazy(() =>
  v.variant('kind', [
    paymentFact(),
    refundFact(),
    failureFact(),
    decisionFact(),
    stateFact(),
    noticeSchema(),
  ]),
)

/** The item of a new fact: pending, due for another dispatch a minute later, and a part of what is running now. */
export function factToItem(fact: Storable): Item {
  const item = toItem(storedForm(fact))
  item['pending_shard'] = { S: shardOf(fact.fact_key, PENDING_SHARDS) }
  item['dispatch_due_at'] = { N: String(fact.received_at + FIRST_DISPATCH_AGAIN_MS) }
  const trace = currentTrace()
  if (trace === undefined) return item
  item['traceparent'] = { S: traceparentOf(trace) }
  // Not `x-request-id`, which no expression of DynamoDB takes as it is.
  if (trace.requestId !== undefined) item['caller_request_id'] = { S: trace.requestId }
  return item
}

/** What is stored of a trace is kept, whatever it is: it is judged when it is gone on with. */
function traceFrom(traceparent: unknown, requestId: unknown): Pick<StoredFact, 'trace'> {
  if (typeof traceparent !== 'string') return {}
  return { trace: { traceparent, ...(typeof requestId === 'string' ? { requestId } : {}) } }
}

/** Stored items name WeChat's refund channel as WeChat does. */
function storedForm(fact: Storable): object {
  if (fact.kind !== 'refund') return fact
  const { refund_channel: channel, ...refund } = fact.refund
  return { ...fact, refund: { ...refund, channel } }
}

/** @throws AppError when the item is not a fact that this release can read. */
export function factFromItem(item: Item): StoredFact {
  const {
    pending_shard: shard,
    dispatch_due_at: _dueAt,
    settled_at: _settledAt,
    claim_id: _claimId,
    expires_at: _expiresAt,
    traceparent,
    caller_request_id: requestId,
    ...plain
  } = fromItem(item)
  const fact = readStored(factSchema(), plain, { kind: 'fact', knownVersion: 1 })
  return { fact, pending: shard !== undefined, ...traceFrom(traceparent, requestId) }
}

/** When DynamoDB may delete an item, by the attribute that the table names: whole seconds. */
export const EXPIRY_ATTRIBUTE = 'expires_at'

export function expiryOf(until: number): { readonly N: string } {
  return { N: String(Math.ceil(until / 1000)) }
}

/** Who claimed a pending fact last; absent once it is settled. */
export function claimIdOf(item: Item | undefined): string | undefined {
  return item?.['claim_id']?.S
}

/** Reads an entry of the pending index, which holds no more than this. */
export function dueFactOf(item: Item): DueFact {
  const number = (name: string) => Number(item[name]?.N)
  return {
    factKey: item['fact_key']?.S ?? '',
    receivedAt: number('received_at'),
    dueAt: number('dispatch_due_at'),
  }
}

/** No fact is deleted before it is settled, so a fact to settle that is not there is a fault of ours. */
export function factAbsent(): AppError {
  return new AppError('internal_error', 'the fact to settle is not stored')
}
