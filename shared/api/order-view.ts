/**
 * What merchants see of an order and its refunds; internal fields stay inside. Query, close, hold and release answer an
 * OrderView, refund and its query a RefundView. The schemas are what a client may rely on: fields may be added.
 */
import * as v from 'valibot'
import { DECISION_ACTIONS } from '#shared/facts/fact-key.ts'
import { applicationOf } from '#shared/ledger/application.ts'
import type { Application, Decision, Ours, ToldPayment, Unfreeze } from '#shared/ledger/books.ts'
import type { Hold } from '#shared/ledger/cause.ts'
import {
  APPLICATION_STATES,
  CARD_OWNERS,
  HOLD_REASONS,
  ORDER_STATUSES,
  REFUND_STATUSES,
  UNFREEZE_STATES,
} from '#shared/ledger/words.ts'
import { isHeld } from '#shared/orders/order.ts'
import type { Order, Refund } from '#shared/orders/order.ts'
import { PAYMENT_METHODS } from '#shared/orders/payment-channel.ts'
import { AmountInView, text, TimeInView } from './view-fields.ts'

export const RefundViewSchema = v.object({
  out_refund_no: v.string(),
  out_trade_no: v.string(),
  transaction_id: text,
  refund_id: text,
  status: v.picklist(REFUND_STATUSES),
  amount: v.object({ refund: AmountInView, total: AmountInView, currency: v.string() }),
  /** WeChat's refund channel, as in `ORIGINAL`. */
  channel: text,
  success_time: text,
  failure_code: text,
  refused_code: text,
  /** It is reserved, and not sent before people approve it. */
  held: v.optional(v.literal('approval')),
  approval: v.optional(
    v.object({
      /** Settings of the stage's `refundRules` that it breaks. */
      rules: v.array(v.string()),
      /** So many different names have to approve it; `approved_by` did. */
      names: v.number(),
      approved_by: v.array(v.string()),
    }),
  ),
  /** The latest application to pay it to a bank card, of one that was abnormal. */
  application: v.optional(
    v.object({
      type: v.picklist(CARD_OWNERS),
      status: v.picklist(APPLICATION_STATES),
      failure_code: text,
      updated_at: TimeInView,
    }),
  ),
  created_at: TimeInView,
  updated_at: TimeInView,
})
export type RefundView = v.InferOutput<typeof RefundViewSchema>

export const OrderViewSchema = v.object({
  mchid: v.string(),
  appid: v.string(),
  out_trade_no: v.string(),
  /** The payment method; absent for an order that only WeChat knows. */
  channel: v.optional(v.picklist(PAYMENT_METHODS)),
  status: v.picklist(ORDER_STATUSES),
  amount: v.object({ total: AmountInView, currency: v.string(), payer_total: v.optional(AmountInView) }),
  description: text,
  attach: text,
  time_expire: text,
  transaction_id: text,
  trade_type: text,
  bank_type: text,
  success_time: text,
  /** WeChat's code when it refused the order. */
  rejected_code: text,
  /** What can be refunded now. */
  refundable: AmountInView,
  /** By how much more is out than came in: then nothing is refundable, and the order is held. */
  deficit: AmountInView,
  /** Whether any hold is open: one that nobody dismissed. */
  held: v.boolean(),
  holds: v.array(
    v.object({
      hold: v.string(),
      reason: v.picklist(HOLD_REASONS),
      /** A person saw it and let it pass; other evidence opens it again. */
      dismissed: v.boolean(),
      /** Whether WeChat's word can be accepted. */
      acceptable: v.boolean(),
    }),
  ),
  /** Every payment that WeChat told of, whether it fits or not. */
  payments: v.array(
    v.object({
      transaction_id: v.string(),
      appid: v.string(),
      amount: v.object({ total: AmountInView, currency: v.string(), payer_total: v.optional(AmountInView) }),
      success_time: v.string(),
    }),
  ),
  /** What people decided. */
  audit: v.array(
    v.object({
      at: TimeInView,
      action: v.picklist(DECISION_ACTIONS),
      hold: v.string(),
      by: v.string(),
      note: v.string(),
    }),
  ),
  refunds: v.array(RefundViewSchema),
  /** Absent for an order whose money nothing keeps back. */
  profit_sharing: v.optional(
    v.object({
      /** What was kept back when WeChat was asked last. */
      unsplit_amount: v.optional(AmountInView),
      unsplit_at: v.optional(TimeInView),
      unfreeze: v.optional(
        v.object({
          out_order_no: v.string(),
          status: v.picklist(UNFREEZE_STATES),
          order_id: text,
          failure_code: text,
          updated_at: TimeInView,
        }),
      ),
    }),
  ),
  created_at: TimeInView,
  updated_at: TimeInView,
})
export type OrderView = v.InferOutput<typeof OrderViewSchema>

export function orderView(order: Order): OrderView {
  const { total, currency } = order.amount
  return {
    mchid: order.mchid,
    appid: order.appid,
    out_trade_no: order.out_trade_no,
    channel: order.method,
    status: order.status,
    amount: { total, currency, payer_total: order.payer_total },
    description: order.description,
    attach: order.attach,
    time_expire: order.time_expire,
    transaction_id: order.transaction_id,
    trade_type: order.trade_type,
    bank_type: order.bank_type,
    success_time: order.success_time,
    rejected_code: order.rejected_code,
    refundable: isHeld(order) ? 0 : order.refundable,
    deficit: order.deficit,
    held: isHeld(order),
    holds: order.causes.map(holdView),
    payments: order.books.said.payments.map(toldView),
    audit: order.books.decided.map(auditView),
    refunds: Object.values(order.refunds).map((refund) => refundView(order, refund)),
    profit_sharing: sharingView(order.books.ours),
    created_at: timeText(order.created_at),
    updated_at: timeText(order.updated_at),
  }
}

export function refundView(
  { out_trade_no, transaction_id, amount, books }: Order,
  refund: Refund,
): RefundView {
  return {
    out_refund_no: refund.out_refund_no,
    out_trade_no,
    transaction_id,
    refund_id: refund.refund_id,
    status: refund.status,
    amount: { refund: refund.amount, total: amount.total, currency: amount.currency },
    channel: refund.refund_channel,
    success_time: refund.success_time,
    failure_code: refund.failure_code,
    refused_code: refund.refused_code,
    ...approvalView(refund),
    application: applicationView(applicationOf(books, refund.out_refund_no)),
    created_at: timeText(refund.created_at),
    updated_at: timeText(refund.updated_at),
  }
}

function applicationView(application: Application | undefined): RefundView['application'] {
  if (application === undefined) return undefined
  const { type, state, failure_code, updated_at } = application
  return { type, status: state, failure_code, updated_at: timeText(updated_at) }
}

function approvalView({ approval }: Refund): Pick<RefundView, 'held' | 'approval'> {
  if (approval === undefined) return {}
  const { state, rules, names, approved_by } = approval
  const shown = { rules: [...rules], names, approved_by: [...approved_by] }
  return { ...(state === 'waiting' ? { held: 'approval' } : {}), approval: shown }
}

function holdView({ key, reason, dismissed, choice }: Hold): OrderView['holds'][number] {
  return { hold: key, reason, dismissed, acceptable: choice !== undefined }
}

function toldView({
  transaction_id,
  appid,
  amount,
  success_time,
}: ToldPayment): OrderView['payments'][number] {
  const { total, currency, payer_total } = amount
  return { transaction_id, appid, amount: { total, currency, payer_total }, success_time }
}

function sharingView({ asked, unfreeze, unsplit }: Ours): OrderView['profit_sharing'] {
  if (asked?.profit_sharing !== true && unfreeze === undefined) return undefined
  return {
    unsplit_amount: unsplit?.amount,
    unsplit_at: unsplit === undefined ? undefined : timeText(unsplit.at),
    unfreeze: unfreeze === undefined ? undefined : unfreezeView(unfreeze),
  }
}

function unfreezeView({ out_order_no, state, order_id, failure_code, updated_at }: Unfreeze) {
  return { out_order_no, status: state, order_id, failure_code, updated_at: timeText(updated_at) }
}

function auditView({ at, action, hold, by, note }: Decision): OrderView['audit'][number] {
  return { at: timeText(at), action, hold, by, note }
}

function timeText(epochMs: number): string {
  return new Date(epochMs).toISOString()
}
