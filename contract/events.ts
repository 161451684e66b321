/** What stands on the topic: a schema for each type of event. Fields may be added. */
import { PROVIDERS } from '#shared/providers.ts'
import * as v from 'valibot'
import { AmountInView, text, TimeInView } from '#shared/api/view-fields.ts'
import type { PaymentEvent } from '#shared/events/payment-event.ts'
import { HELD_FORMS } from '#shared/facts/notice.ts'
import { HOLD_REASONS } from '#shared/ledger/words.ts'

const Whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
const keys = v.array(v.string())

/** Told by WeChat or decided by a person: whichever brought the change about. */
const told = {
  trade_state: text,
  appid: text,
  transaction_id: text,
  success_time: text,
  amount: v.optional(
    v.object({
      total: v.optional(AmountInView),
      payer_total: v.optional(AmountInView),
      refund: v.optional(AmountInView),
      currency: text,
    }),
  ),
  trade_type: text,
  bank_type: text,
  attach: text,
  out_refund_no: text,
  refund_status: text,
  refund_id: text,
  channel: text,
  failure_code: text,
  attempt: v.optional(Whole),
  decision: text,
  hold: text,
  by: text,
  note: text,
}

const OrderEventData = v.object({
  mchid: v.string(),
  /** Who takes the money; absent: WeChat. */
  provider: v.optional(v.picklist(PROVIDERS)),
  out_trade_no: v.string(),
  order_version: Whole,
  refundable: AmountInView,
  deficit: AmountInView,
  holds: keys,
  paid_after_close: v.optional(v.boolean()),
  conflicts_with: text,
  accepts: text,
  ...told,
})

const HeldEventData = v.object({
  ...OrderEventData.entries,
  opened: v.optional(keys),
  hold_reason: v.optional(v.picklist(HOLD_REASONS)),
})
const ReleasedEventData = v.object({ ...OrderEventData.entries, released: keys })

const NoticeEventData = v.object({
  mchid: v.string(),
  provider: v.optional(v.picklist(PROVIDERS)),
  event_type: v.string(),
  notification_id: text,
  original_type: text,
  out_trade_no: text,
  trade_state: text,
  held: v.optional(v.picklist(HELD_FORMS)),
  orders: v.optional(
    v.array(
      v.object({
        out_trade_no: v.string(),
        combine_out_trade_no: text,
        out_refund_no: text,
        transaction_id: text,
        mchid: text,
        sub_mchid: text,
        amount: v.optional(AmountInView),
      }),
    ),
  ),
  content: text,
  conflicts_with: text,
})

const counts = v.record(v.string(), Whole)
const rows = v.object({ rows: Whole, amount: v.pipe(v.number(), v.safeInteger()) })
const ReconciliationEventData = v.object({
  mchid: v.string(),
  day: v.string(),
  matched: Whole,
  unsettled: Whole,
  unlisted: Whole,
  found: counts,
  outcomes: counts,
  payments: rows,
  refunds: rows,
})

/** CloudEvents 1.0 in structured mode. */
function event<Type extends PaymentEvent['type'], Data extends v.GenericSchema>(type: Type, data: Data) {
  return v.object({
    specversion: v.literal('1.0'),
    id: v.string(),
    source: v.pipe(v.string(), v.startsWith('/wechatpay/')),
    type: v.literal(type),
    subject: v.string(),
    time: TimeInView,
    datacontenttype: v.literal('application/json'),
    traceparent: text,
    xrequestid: text,
    data,
  })
}

/** A type that is missing here does not compile. */
export const EVENT_SCHEMAS = {
  'payment.succeeded': event('payment.succeeded', OrderEventData),
  'payment.closed': event('payment.closed', OrderEventData),
  'refund.created': event('refund.created', OrderEventData),
  'refund.succeeded': event('refund.succeeded', OrderEventData),
  'refund.closed': event('refund.closed', OrderEventData),
  'refund.abnormal': event('refund.abnormal', OrderEventData),
  'refund.failed': event('refund.failed', OrderEventData),
  'order.held': event('order.held', HeldEventData),
  'order.released': event('order.released', ReleasedEventData),
  'notification.received': event('notification.received', NoticeEventData),
  'reconciliation.completed': event('reconciliation.completed', ReconciliationEventData),
} as const satisfies { readonly [Type in PaymentEvent['type']]: v.GenericSchema<unknown, { type: Type }> }

/** By the names that types and documents give them: `PaymentSucceeded` of `payment.succeeded`. */
export const EVENT_DEFINITIONS: Readonly<Record<string, v.GenericSchema>> = {
  OrderEventData,
  HeldEventData,
  ReleasedEventData,
  NoticeEventData,
  ReconciliationEventData,
  ...Object.fromEntries(Object.entries(EVENT_SCHEMAS).map(([type, schema]) => [eventName(type), schema])),
}

export function eventName(type: string): string {
  return type
    .split('.')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')
}
