/**
 * A fact is something that happened to an order: what WeChat asserted, that WeChat refused a refund for good, what a person
 * decided. This module says what a fact is; stores and flows are elsewhere.
 */
import type { Fen } from '#shared/money.ts'
import type { Carried } from '#shared/trace.ts'
import { contentHash, paymentHash } from './content-hash.ts'
import { conflictKey, formatFactKey, paymentFactKey, refundFactKey } from './fact-key.ts'
import type { DecisionAction, PaymentFactState, RefundFactState } from './fact-key.ts'
import type { Notice } from './notice.ts'

/** What told it. `answer`: of WeChat, to the sending of a refund. */
export const FACT_SOURCES = ['notification', 'query', 'close', 'bill', 'answer', 'operator'] as const
export type FactSource = (typeof FACT_SOURCES)[number]

interface FactBase {
  /** See `fact-key.ts`. */
  readonly fact_key: string
  /** Version of the stored form. */
  readonly v: 1
  readonly mchid: string
  readonly out_trade_no: string
  /** Hash over what must agree between two tellings of the same fact. */
  readonly content_hash: string
  readonly source: FactSource
  /** When it was stored first, epoch ms. */
  readonly received_at: number
  /** The key of the fact that this one contradicts. */
  readonly conflicts_with?: string
  /** The key of the held fact that a person accepted in an earlier release; this one applies it. */
  readonly accepts?: string
}

export interface PaymentFact extends FactBase {
  readonly kind: 'payment'
  readonly state: PaymentFactState
  readonly payment?: PaymentContent
}

/** What a payment fact of state SUCCESS asserts. */
export interface PaymentContent {
  readonly appid: string
  readonly transaction_id: string
  readonly success_time: string
  readonly amount: { readonly total: Fen; readonly payer_total?: Fen; readonly currency: string }
  readonly trade_type?: string
  readonly bank_type?: string
  readonly attach?: string
}

export interface RefundFact extends FactBase {
  readonly kind: 'refund'
  readonly state: RefundFactState
  readonly out_refund_no: string
  readonly refund: RefundContent
}

/** What a refund fact asserts. */
export interface RefundContent {
  readonly refund_id: string
  readonly transaction_id: string
  readonly amount: { readonly total: Fen; readonly refund: Fen }
  readonly success_time?: string
  readonly refund_channel?: string
}

/** WeChat has no such refund and will not make it: the attempt is over. */
export interface FailureFact extends FactBase {
  readonly kind: 'failure'
  readonly out_refund_no: string
  /** Which sending of it failed. */
  readonly attempt: number
  /** WeChat's code. */
  readonly failure_code: string
}

/** What a person decided about the order, with the evidence that was seen. */
export interface DecisionFact extends FactBase {
  readonly kind: 'decision'
  readonly decision: DecisionContent
}

export interface DecisionContent {
  readonly action: DecisionAction
  /** The key of the hold. */
  readonly hold: string
  readonly by: string
  readonly note: string
  /** Epoch ms. */
  readonly at: number
  readonly evidence?: string
  readonly choice?: string
}

/** WeChat told a state that is not known here and looks final, or told a known one after it. */
export interface StateFact extends FactBase {
  readonly kind: 'state'
  /** Absent: the state of the order itself. */
  readonly out_refund_no?: string
  /** As it may be repeated. */
  readonly state: string
  readonly known: boolean
}

/** What changes an order. */
export type Fact = PaymentFact | RefundFact | FailureFact | DecisionFact | StateFact

/** Everything that is stored once and published from there. */
export type Storable = Fact | Notice

/** A fact with its delivery state: `pending` from the moment it is stored until it is applied AND published. */
export interface StoredFact {
  readonly fact: Storable
  readonly pending: boolean
  /** Of what it was a part when it was stored; absent where an earlier release stored it. */
  readonly trace?: Carried
}

type PaymentInput = Pick<PaymentFact, 'mchid' | 'out_trade_no' | 'source' | 'received_at'>

/** Builds the fact that an order is paid. */
export function paymentSucceeded(input: PaymentInput, payment: PaymentContent): PaymentFact {
  const { mchid, out_trade_no, source, received_at } = input
  // Field by field: it is made of each notification, and to spread objects takes as long as to parse one.
  return {
    mchid,
    out_trade_no,
    source,
    received_at,
    fact_key: paymentFactKey(mchid, out_trade_no, 'SUCCESS'),
    v: 1,
    kind: 'payment',
    state: 'SUCCESS',
    payment,
    content_hash: paymentHash(payment),
  }
}

/** Builds the fact that an order is closed at WeChat. */
export function paymentClosed(input: PaymentInput): PaymentFact {
  return {
    ...input,
    fact_key: paymentFactKey(input.mchid, input.out_trade_no, 'CLOSED'),
    v: 1,
    kind: 'payment',
    state: 'CLOSED',
    content_hash: contentHash('closed'),
  }
}

type RefundInput = Pick<
  RefundFact,
  'mchid' | 'out_trade_no' | 'out_refund_no' | 'state' | 'source' | 'received_at'
>

/** Builds the fact that a refund reached a state. */
export function refundReached(input: RefundInput, refund: RefundContent): RefundFact {
  const { total, refund: amount } = refund.amount
  return {
    ...input,
    fact_key: refundFactKey(input.mchid, input.out_refund_no, input.state),
    v: 1,
    kind: 'refund',
    refund,
    content_hash: contentHash(
      input.out_trade_no,
      refund.refund_id,
      refund.transaction_id,
      String(total),
      String(amount),
    ),
  }
}

/** The same telling, kept under a key of its own because it contradicts the fact stored first. */
export function conflictOf<Told extends Storable>(fact: Told): Told {
  return {
    ...fact,
    fact_key: conflictKey(fact.fact_key, fact.content_hash),
    conflicts_with: fact.fact_key,
  }
}

type FailureInput = Pick<
  FailureFact,
  'mchid' | 'out_trade_no' | 'out_refund_no' | 'attempt' | 'failure_code' | 'source' | 'received_at'
>

/** Builds the fact that an attempt to refund failed. */
export function refundFailed(input: FailureInput): FailureFact {
  const { mchid, out_refund_no, attempt } = input
  return {
    ...input,
    fact_key: formatFactKey({ kind: 'failure', mchid, number: out_refund_no, attempt }),
    v: 1,
    kind: 'failure',
    content_hash: contentHash('failed'),
  }
}

/**
 * Builds the fact that a person decided. The same decision, about the same evidence, is the same fact, whoever makes it; but the
 * approvals of two people are two.
 */
export function decided(
  { mchid, out_trade_no }: Pick<DecisionFact, 'mchid' | 'out_trade_no'>,
  decision: DecisionContent,
): DecisionFact {
  const { action, hold, evidence = '', by, at } = decision
  const content_hash = contentHash(action, hold, evidence, ...(action === 'approve' ? [by] : []))
  const digest = content_hash.slice(0, 16)
  return {
    fact_key: formatFactKey({ kind: 'decision', mchid, number: out_trade_no, action, digest }),
    v: 1,
    kind: 'decision',
    mchid,
    out_trade_no,
    decision,
    content_hash,
    source: 'operator',
    received_at: at,
  }
}

type StateInput = Pick<
  StateFact,
  'mchid' | 'out_trade_no' | 'out_refund_no' | 'state' | 'known' | 'source' | 'received_at'
>

/** Builds the fact that a state was told. By another `telling` (by default: moment) it is another fact, for it may follow a known one. */
export function stateTold(input: StateInput, telling = String(input.received_at)): StateFact {
  const { mchid, out_trade_no, out_refund_no = '', state, known } = input
  const content_hash = contentHash(out_refund_no, state, String(known), telling)
  const digest = content_hash.slice(0, 16)
  return {
    ...input,
    fact_key: formatFactKey({ kind: 'state', mchid, number: out_trade_no, digest }),
    v: 1,
    kind: 'state',
    content_hash,
  }
}

/** The fact if it is one that changes an order. */
export function orderFact(stored: Pick<StoredFact, 'fact'> | undefined): Fact | undefined {
  return stored === undefined || stored.fact.kind === 'notification' ? undefined : stored.fact
}
