/** Refunds that a person makes on the merchant platform: the merchant's systems learn of them by asking, or from the bill. */
import * as v from 'valibot'
import { notifyUrl } from './field-rules.ts'
import { ControlError } from './control-error.ts'
import { refundsOfOrder } from './ledger.ts'
import type { Ledger } from './ledger.ts'
import { findOrder } from './orders.ts'
import type { Moment } from './moment.ts'
import { takeRefund } from './refunds.ts'
import type { TakenRefund } from './refunds.ts'

export const ELSEWHERE_SCHEMA = v.strictObject({
  out_trade_no: v.string(),
  /** Fen; by default all that is left. */
  amount: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
  /** By default one as the platform makes it. */
  out_refund_no: v.optional(v.string()),
  reason: v.optional(v.string()),
  /** `AVAILABLE`: out of recharged money, which only the bill of recharge refunds shows. */
  funds_account: v.optional(v.picklist(['AVAILABLE', 'UNSETTLED'])),
  /** The address that is entered in the merchant platform: it gets the notice in the XML of APIv2. Without one nobody is told. */
  notify_url: v.optional(notifyUrl(256)),
  status: v.optional(v.picklist(['PROCESSING', 'SUCCESS', 'CLOSED', 'ABNORMAL']), 'SUCCESS'),
})
export type ElsewhereRefund = v.InferOutput<typeof ELSEWHERE_SCHEMA>

/** Takes the refund; the rules of an order hold for people as well. @throws ApiError as for a request. */
export function takeElsewhere(
  ledger: Ledger,
  { out_trade_no, amount, out_refund_no, reason, funds_account }: ElsewhereRefund,
  { now, ids }: Moment,
): TakenRefund {
  const { amount: ordered, sub } = findOrder(ledger, out_trade_no).request
  const { total, currency } = ordered
  const refund = amount ?? total - refundedOf(ledger, out_trade_no)
  if (refund === 0) throw new ControlError(409, 'nothing_left', 'all of the order is refunded')
  const request = {
    sub_mchid: sub?.mchid,
    out_trade_no,
    out_refund_no: out_refund_no ?? `REF${ids.transactionId(now)}`,
    amount: { refund, total, currency },
    ...(reason === undefined ? {} : { reason }),
    ...(funds_account === undefined ? {} : { funds_account }),
  }
  return takeRefund(ledger, { request, origin: 'platform' }, { now, ids, spacingMs: 0 })
}

function refundedOf(ledger: Ledger, outTradeNo: string): number {
  return refundsOfOrder(ledger, outTradeNo)
    .filter(({ status }) => status !== 'CLOSED')
    .reduce((sum, { request }) => sum + request.amount.refund, 0)
}
