/** The bodies that merchants send, by the names that documents and client give them. */
import type * as v from 'valibot'
import { UnfreezeSchema } from '#functions/close/schema.ts'
import { HoldSchema, ReleaseSchema } from '#functions/hold/schema.ts'
import { PaymentListQuery, RefundListQuery } from '#functions/list/schema.ts'
import { PrepaySchema } from '#functions/prepay/schema.ts'
import { AbnormalSchema, RefundSchema } from '#functions/refund/schema.ts'
import { OutRefundNo, OutTradeNo, TransactionId } from '#shared/api/request-fields.ts'
import { ProviderQuery, RefreshQuery } from '#shared/api/route-parameters.ts'

export const REQUEST_SCHEMAS = {
  PaymentRequest: PrepaySchema,
  UnfreezeRequest: UnfreezeSchema,
  RefundRequest: RefundSchema,
  AbnormalRefundRequest: AbnormalSchema,
  HoldRequest: HoldSchema,
  ReleaseRequest: ReleaseSchema,
} as const satisfies Readonly<Record<string, v.GenericSchema>>

export type RequestName = keyof typeof REQUEST_SCHEMAS

/** Query strings, by the names that the client gives them. */
export const QUERY_SCHEMAS = { PaymentListQuery, RefundListQuery, RefreshQuery, ProviderQuery } as const

export type QueryName = keyof typeof QUERY_SCHEMAS

/** What stands in paths. */
export const NUMBER_SCHEMAS = {
  out_trade_no: OutTradeNo,
  out_refund_no: OutRefundNo,
  transaction_id: TransactionId,
} as const satisfies Readonly<Record<string, v.GenericSchema>>
