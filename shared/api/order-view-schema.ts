/**
 * The forms of an order and a refund as merchants see them: what a client may rely on, and fields may be added. Apart from what
 * makes them, for no function reads one, and no bundle needs them.
 */
import * as v from 'valibot'
import { PROVIDERS } from '#shared/providers.ts'
import { DECISION_ACTIONS } from '#shared/facts/fact-key.ts'
import {
  APPLICATION_STATES,
  CARD_OWNERS,
  HOLD_REASONS,
  ORDER_STATUSES,
  REFUND_STATUSES,
  UNFREEZE_STATES,
} from '#shared/ledger/words.ts'
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
  /** Whose money it is: WeChat's merchant number, or what stands for another channel and its own number. */
  mchid: v.string(),
  /** Who takes it: the same numbers may be used at each. */
  provider: v.picklist(PROVIDERS),
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
