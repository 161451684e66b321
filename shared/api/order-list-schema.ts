/** The forms of lists. A file of its own: no function reads one, so that no bundle has it. */
import * as v from 'valibot'
import { HOLD_REASONS, ORDER_STATUSES } from '#shared/ledger/words.ts'
import { PAYMENT_METHODS } from '#shared/orders/payment-channel.ts'
import { RefundViewSchema } from './order-view-schema.ts'
import { AmountInView, text, TimeInView } from './view-fields.ts'

export const OrderSummarySchema = v.object({
  out_trade_no: v.string(),
  transaction_id: text,
  /** The payment method; absent for an order that only WeChat knows. */
  channel: v.optional(v.picklist(PAYMENT_METHODS)),
  status: v.picklist(ORDER_STATUSES),
  amount: v.object({ total: AmountInView, currency: v.string() }),
  description: text,
  refundable: AmountInView,
  /** What is out, or may still go out. */
  refunded: AmountInView,
  /** How many refunds it has, whatever became of them. */
  refunds: v.pipe(v.number(), v.integer(), v.minValue(0)),
  held: v.boolean(),
  /** Reasons of the holds that are open, each once. */
  holds: v.array(v.picklist(HOLD_REASONS)),
  success_time: text,
  created_at: TimeInView,
  updated_at: TimeInView,
})
export type OrderSummary = v.InferOutput<typeof OrderSummarySchema>

/** Give it back as `next`, with the other parameters as they were. A page may be short, even empty, and have one. */
const next = text
/** Numbers whose orders this release cannot read. */
const unreadable = v.array(v.string())

export const OrderListSchema = v.object({ orders: v.array(OrderSummarySchema), unreadable, next })
export type OrderList = v.InferOutput<typeof OrderListSchema>

export const RefundListSchema = v.object({ refunds: v.array(RefundViewSchema), unreadable, next })
export type RefundList = v.InferOutput<typeof RefundListSchema>
