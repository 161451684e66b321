/** What the API answers, by the names that documents and client give them. */
import * as v from 'valibot'
import { HoldViewSchema } from '#shared/api/hold-view-schema.ts'
import { OrderListSchema, OrderSummarySchema, RefundListSchema } from '#shared/api/order-list-schema.ts'
import { OrderViewSchema, RefundViewSchema } from '#shared/api/order-view-schema.ts'
import { PaymentViewSchema } from '#shared/api/payment-view-schema.ts'
import { ProblemSchema } from '#shared/api/problem-schema.ts'

export const ANSWER_SCHEMAS = {
  Refund: RefundViewSchema,
  Order: OrderViewSchema,
  Payment: PaymentViewSchema,
  HoldAnswer: HoldViewSchema,
  OrderSummary: OrderSummarySchema,
  OrderList: OrderListSchema,
  RefundList: RefundListSchema,
  Problem: ProblemSchema,
  /** What API Gateway says by itself, before any function is asked. */
  GatewayMessage: v.object({ message: v.string() }),
} as const satisfies Readonly<Record<string, v.GenericSchema>>

export type AnswerName = keyof typeof ANSWER_SCHEMAS
