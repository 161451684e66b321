/** What merchants subscribe to: CloudEvents 1.0 whose `id` is the fact key, so that a repeat is recognised as one. */
import type { Fact } from '#shared/facts/fact.ts'
import type { Outcome } from '#shared/orders/order.ts'

export type EventType =
  | 'payment.succeeded'
  | 'payment.closed'
  | 'refund.succeeded'
  | 'refund.closed'
  | 'refund.abnormal'
  | 'order.held'

/** A CloudEvents 1.0 event in structured mode (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md). */
export interface PaymentEvent {
  readonly specversion: '1.0'
  /** The fact key. */
  readonly id: string
  /** `/wechatpay/<mchid>` */
  readonly source: string
  readonly type: EventType
  /** `out_trade_no` */
  readonly subject: string
  /** When the fact was stored first (RFC 3339, UTC). */
  readonly time: string
  readonly datacontenttype: 'application/json'
  readonly data: Readonly<Record<string, unknown>>
}

/** Sends events to the topic: resolves only when the topic has taken the event. */
export interface Publisher {
  publish(event: PaymentEvent): Promise<void>
}

const PAYMENT_TYPES = { SUCCESS: 'payment.succeeded', CLOSED: 'payment.closed' } as const
const REFUND_TYPES = {
  SUCCESS: 'refund.succeeded',
  CLOSED: 'refund.closed',
  ABNORMAL: 'refund.abnormal',
} as const

/**
 * Builds the event for what a fact did to its order, or undefined where nothing changed (stale).
 *
 * A function of the fact and its remembered outcome alone: a repeat after a crash gives the same id and content.
 */
export function eventFor(fact: Fact, outcome: Outcome): PaymentEvent | undefined {
  if (outcome.result === 'stale') return undefined
  const type = fact.kind === 'payment' ? PAYMENT_TYPES[fact.state] : REFUND_TYPES[fact.state]
  return {
    specversion: '1.0',
    id: fact.fact_key,
    source: `/wechatpay/${fact.mchid}`,
    type: outcome.result === 'held' ? 'order.held' : type,
    subject: fact.out_trade_no,
    time: new Date(fact.received_at).toISOString(),
    datacontenttype: 'application/json',
    data: {
      mchid: fact.mchid,
      out_trade_no: fact.out_trade_no,
      ...contentOf(fact),
      ...remarksOf(fact, outcome),
    },
  }
}

function contentOf(fact: Fact): Readonly<Record<string, unknown>> {
  if (fact.kind === 'payment') return { trade_state: fact.state, ...fact.payment }
  const { refund_channel: channel, ...refund } = fact.refund
  return {
    out_refund_no: fact.out_refund_no,
    refund_status: fact.state,
    ...refund,
    ...(channel === undefined ? {} : { channel }),
  }
}

function remarksOf(
  fact: Fact,
  { hold_reason, paid_after_close }: Outcome,
): Readonly<Record<string, unknown>> {
  return {
    ...(hold_reason === undefined ? {} : { hold_reason }),
    ...(paid_after_close === undefined ? {} : { paid_after_close }),
    ...(fact.conflicts_with === undefined ? {} : { conflicts_with: fact.conflicts_with }),
    ...(fact.accepts === undefined ? {} : { accepts: fact.accepts }),
  }
}
