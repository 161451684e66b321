/** Money that `settle_info.profit_sharing` freezes until it is shared or given free (doc merchant/4012527984, 4012528000). */
import * as v from 'valibot'
import { ApiError } from './api-error.ts'
import { optionalText, patternText, requiredText } from './field-rules.ts'
import { fingerprint, refundsOfOrder } from './ledger.ts'
import type { Ledger, Order, Unfreeze } from './ledger.ts'
import type { Moment } from './moment.ts'
import { checkOwner } from './refunds.ts'

const MINUTE_MS = 60_000
/** WeChat gives free what nobody has shared by then. */
const FROZEN_MS = 30 * 24 * 60 * MINUTE_MS

export const UNFREEZE_SCHEMA = v.strictObject({
  sub_mchid: optionalText(32),
  transaction_id: requiredText(32),
  out_order_no: patternText(/^[0-9a-zA-Z_\-|*@]{1,64}$/),
  description: requiredText(80),
})
export type UnfreezeRequest = v.InferOutput<typeof UNFREEZE_SCHEMA>

/** Finds the paid order of a merchant whose money may be frozen. @throws ApiError when it is none, or profit sharing is off. */
export function findShared(ledger: Ledger, transactionId: string, mchid: string): Order {
  const order = ledger.orders.get(ledger.transactions.get(transactionId) ?? '')
  if (order?.request.mchid !== mchid)
    throw new ApiError(404, 'RESOURCE_NOT_EXISTS', '订单不存在', { reason: 268512771 })
  if (order.request.settle_info?.profit_sharing !== true) throw invalid('非分账订单不支持分账')
  return order
}

/** What is still frozen: a refund comes out of it first. */
export function frozenAmount(ledger: Ledger, order: Order, now: number): number {
  const { payment, unfreeze, request } = order
  if (payment === undefined || unfreeze !== undefined || now - payment.paidAt >= FROZEN_MS) return 0
  const refunded = refundsOfOrder(ledger, request.out_trade_no)
    .filter(({ status }) => status !== 'CLOSED')
    .reduce((sum, refund) => sum + refund.request.amount.refund, 0)
  return request.amount.total - refunded
}

/** Gives free what is frozen; the same request again answers the same. @throws ApiError when it is too early, or was done otherwise. */
export function unfreezeRest(
  ledger: Ledger,
  request: UnfreezeRequest,
  { mchid, now, ids }: Moment & { readonly mchid: string },
): { readonly order: Order; readonly unfreeze: Unfreeze } {
  const order = findShared(ledger, request.transaction_id, mchid)
  checkOwner(order, request.sub_mchid, 'body')
  const print = fingerprint(request)
  if (order.unfreeze?.fingerprint === print) return { order, unfreeze: order.unfreeze }
  if (order.unfreeze !== undefined) throw invalid('该订单的剩余资金已解冻')
  if (now - (order.payment?.paidAt ?? now) < MINUTE_MS) throw invalid('订单处理中，暂时无法分账，请稍后再试')
  const unfreeze: Unfreeze = {
    orderId: ids.sharingOrderId(now),
    outOrderNo: request.out_order_no,
    fingerprint: print,
    at: now,
    amount: frozenAmount(ledger, order, now),
  }
  ledger.orders.set(order.request.out_trade_no, { ...order, unfreeze })
  return { order, unfreeze }
}

function invalid(message: string): ApiError {
  return new ApiError(400, 'INVALID_REQUEST', message)
}
