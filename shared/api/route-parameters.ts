/** Reads what a merchant puts into a path or query string. */
import * as v from 'valibot'
import type { Provider } from '#shared/providers.ts'
import { parseInput } from './field-problems.ts'
import { OutRefundNo, OutTradeNo, ProviderNamed, TransactionId } from './request-fields.ts'
import type { ApiRequest } from './api-request.ts'

/** @throws AppError `invalid_request` */
export function outTradeNo({ pathParameters }: ApiRequest): string {
  return parseInput(v.object({ out_trade_no: OutTradeNo }), pathParameters).out_trade_no
}

/** @throws AppError `invalid_request` */
export function outRefundNo({ pathParameters }: ApiRequest): string {
  return parseInput(v.object({ out_refund_no: OutRefundNo }), pathParameters).out_refund_no
}

/** @throws AppError `invalid_request` */
export function transactionId({ pathParameters }: ApiRequest): string {
  return parseInput(v.object({ transaction_id: TransactionId }), pathParameters).transaction_id
}

const Named = { provider: ProviderNamed }

/** `?provider=wechat`: the same number may be used at each of them. */
export const ProviderQuery = v.object(Named)

/** @returns undefined where none is named. @throws AppError `invalid_request` */
export function provider({ query }: ApiRequest): Provider | undefined {
  return parseInput(ProviderQuery, query).provider
}

export const RefreshQuery = v.strictObject({
  ...Named,
  refresh: v.optional(v.picklist(['true', 'false'], 'must be true or false')),
})

/** `?refresh=true` asks WeChat even when the answer is final. Other query parameters are refused. @throws AppError `invalid_request` */
export function refresh({ query }: ApiRequest): boolean {
  return parseInput(RefreshQuery, query).refresh === 'true'
}
