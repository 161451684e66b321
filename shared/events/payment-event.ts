/** What merchants subscribe to: CloudEvents 1.0 whose `id` is made of the fact key, so that a repeat is recognised as one. */
import { providerOf } from '#shared/facts/account.ts'
import type { Provider } from '#shared/providers.ts'
import { secondEventId } from '#shared/facts/fact-key.ts'
import type { Fact } from '#shared/facts/fact.ts'
import { namesRefund } from '#shared/facts/telling.ts'
import type { HeldForm, HeldOrder, Notice } from '#shared/facts/notice.ts'
import { given } from '#shared/given.ts'
import { reasonOf } from '#shared/ledger/cause.ts'
import type { Change, ChangeType } from '#shared/ledger/changes.ts'
import type { HoldReason } from '#shared/ledger/words.ts'
import type { Fen } from '#shared/money.ts'
import type { Carried } from '#shared/trace.ts'
import type { Handled } from '#shared/orders/order.ts'

export type EventType = ChangeType

/** What every event says, whatever its fact was about: the order as it stood at that version. */
interface EventData {
  readonly mchid: string
  /** Who takes the money; absent: WeChat. */
  readonly provider?: Provider
  readonly out_trade_no: string
  /** Counts the writes of the order: of two events the one with the higher number tells the newer state. */
  readonly order_version: number
  readonly refundable: Fen
  /** By how much more was refunded than was paid. */
  readonly deficit: Fen
  /** The keys of the first 8 holds that were open. */
  readonly holds: readonly string[]
  /** The holds that this opened or released. */
  readonly opened?: readonly string[]
  readonly released?: readonly string[]
  /** Why, of the first that was opened. */
  readonly hold_reason?: HoldReason
  /** What the fact asserts, in WeChat's words. */
  readonly [field: string]: unknown
}

interface NoticeData {
  readonly mchid: string
  /** Whose notification it is; absent: WeChat's. */
  readonly provider?: Provider
  /** The channel's, as in `COMPLAINT.CREATE`. */
  readonly event_type: string
  readonly notification_id?: string
  readonly original_type?: string
  /** The order that it names, in a state that nobody here knows. */
  readonly out_trade_no?: string
  readonly trade_state?: string
  /** A form of payment or refund that is not supported: a person has to see to it. */
  readonly held?: HeldForm
  /** Which ones. */
  readonly orders?: readonly HeldOrder[]
  /** The JSON text that WeChat encrypted, where the stage asks for it. */
  readonly content?: string
  readonly conflicts_with?: string
  readonly [field: string]: unknown
}

/** A CloudEvents 1.0 event in structured mode (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md). */
interface CloudEvent<Type extends string, Data> {
  readonly specversion: '1.0'
  /** The fact key; the second event of a fact has its type behind it. */
  readonly id: string
  /** `/wechatpay/<mchid>` */
  readonly source: string
  readonly type: Type
  /** `out_trade_no`; of a notice WeChat's id of the notification, of a reconciliation the day. */
  readonly subject: string
  /** When the fact was stored first (RFC 3339, UTC). */
  readonly time: string
  readonly datacontenttype: 'application/json'
  /** Extension: W3C Trace Context of what recorded the fact (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/extensions/distributed-tracing.md). */
  readonly traceparent?: string
  /** Extension of ours: the `x-request-id` of the call that recorded the fact. */
  readonly xrequestid?: string
  readonly data: Data
}

/** What happened to an order. */
export type OrderEvent = CloudEvent<EventType, EventData>

/** WeChat told something that is about no order of ours. */
export type NoticeEvent = CloudEvent<'notification.received', NoticeData>

/** What the report of a day comes to; sums in fen. */
export interface ReconciliationData {
  readonly mchid: string
  /** Of Beijing. */
  readonly day: string
  readonly matched: number
  readonly unsettled: number
  readonly unlisted: number
  readonly found: Readonly<Record<string, number>>
  readonly outcomes: Readonly<Record<string, number>>
  readonly payments: { readonly rows: number; readonly amount: Fen }
  readonly refunds: { readonly rows: number; readonly amount: Fen }
  readonly [field: string]: unknown
}

/** A day of our books was compared with WeChat's bills. */
type ReconciliationEvent = CloudEvent<'reconciliation.completed', ReconciliationData>

export type PaymentEvent = OrderEvent | NoticeEvent | ReconciliationEvent

export interface PublishOptions {
  /** Ends the waiting for the topic, which may have the event all the same. */
  readonly signal?: AbortSignal
}

/** Sends events to the topic: resolves only when the topic has taken the event. */
export interface Publisher {
  publish(event: PaymentEvent, options?: PublishOptions): Promise<void>
}

/** The event as a part of what recorded its fact: a repeat says the same, whoever publishes it. */
export function traced(event: PaymentEvent, { traceparent, requestId }: Carried = {}): PaymentEvent {
  return {
    ...event,
    ...(traceparent === undefined ? {} : { traceparent }),
    ...(requestId === undefined ? {} : { xrequestid: requestId }),
  }
}

/**
 * Builds the events for what a fact did to its order; none where nothing changed.
 *
 * A function of the fact and what the order remembers of it: a repeat after a crash gives the same ids and contents.
 */
export function eventsFor(fact: Fact, handled: Handled): readonly OrderEvent[] {
  return handled.changes.map((change, index) => ({
    specversion: '1.0',
    id: index === 0 ? fact.fact_key : secondEventId(fact.fact_key, change.type),
    source: `/wechatpay/${fact.mchid}`,
    type: change.type,
    subject: fact.out_trade_no,
    time: new Date(fact.received_at).toISOString(),
    datacontenttype: 'application/json',
    data: {
      mchid: fact.mchid,
      ...providedBy(fact.mchid),
      out_trade_no: fact.out_trade_no,
      ...contentOf(fact),
      order_version: handled.version,
      refundable: handled.refundable,
      deficit: handled.deficit,
      holds: handled.holds,
      ...remarksOf(change, fact),
    },
  }))
}

/** Absent where WeChat took the money, as in every event from before there was a choice. */
export function providedBy(mchid: string): { readonly provider?: Provider } {
  const provider = providerOf(mchid)
  return provider === 'wechat' ? {} : { provider }
}

/** The event of a notice: WeChat's numbers of it, and its content only where it was stored for this. */
export function noticeEvent({ fact_key, mchid, received_at, notice, conflicts_with }: Notice): NoticeEvent {
  const { notification_id, event_type, original_type, held, content, out_trade_no, trade_state } = notice
  return {
    specversion: '1.0',
    id: fact_key,
    source: `/wechatpay/${mchid}`,
    type: 'notification.received',
    subject: notification_id ?? fact_key,
    time: new Date(received_at).toISOString(),
    datacontenttype: 'application/json',
    data: {
      mchid,
      ...providedBy(mchid),
      event_type,
      ...given({
        notification_id,
        original_type,
        out_trade_no,
        trade_state,
        held: held?.form,
        orders: held?.orders,
        content,
        conflicts_with,
      }),
    },
  }
}

function contentOf(fact: Fact): Readonly<Record<string, unknown>> {
  switch (fact.kind) {
    case 'payment':
      return { trade_state: fact.state, ...fact.payment }
    case 'refund': {
      const { refund_channel: channel, ...refund } = fact.refund
      const told = { out_refund_no: fact.out_refund_no, refund_status: fact.state, ...refund }
      return channel === undefined ? told : { ...told, channel }
    }
    case 'failure':
      return {
        out_refund_no: fact.out_refund_no,
        refund_status: 'FAILED',
        failure_code: fact.failure_code,
        attempt: fact.attempt,
      }
    case 'state': {
      const { out_refund_no, state } = fact
      if (out_refund_no === undefined) return { trade_state: state }
      return { out_refund_no, ...(namesRefund(fact) ? { trade_state: state } : { refund_status: state }) }
    }
    case 'decision': {
      const { action, hold, by, note } = fact.decision
      return { decision: action, hold, by, note }
    }
  }
}

function openedBy(opened: Change['holds'], hold_reason: HoldReason | undefined) {
  return hold_reason === undefined ? { opened } : { opened, hold_reason }
}

function remarksOf({ type, holds, paid_after_close }: Change, fact: Fact): Readonly<Record<string, unknown>> {
  const [first] = holds ?? []
  return {
    ...(type !== 'order.held' || first === undefined ? {} : openedBy(holds, reasonOf(first))),
    ...(type === 'order.released' ? { released: holds ?? [] } : {}),
    ...(paid_after_close === undefined ? {} : { paid_after_close }),
    ...(fact.conflicts_with === undefined ? {} : { conflicts_with: fact.conflicts_with }),
    ...(fact.accepts === undefined ? {} : { accepts: fact.accepts }),
  }
}
