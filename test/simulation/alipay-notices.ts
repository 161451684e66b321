/** What Alipay says in a notification: the trade as it was, and the refund that made it so. */
import { ALIPAY_APP, ALIPAY_SELLER } from './alipay-app.ts'
import { GMT_PAYMENT, GMT_REFUND, statusOf, yuan } from './alipay-records.ts'
import type { AlipayRefundRecord, AlipayTrade } from './alipay-records.ts'

export const BUYER = 'CANARY-buyer-0403@example.com'

export interface AlipayNotice {
  /** `notify_id`: the same in each repetition. */
  readonly id: string
  readonly fields: Readonly<Record<string, string>>
  /** Of one that nobody may believe: what its signature is over. */
  readonly signed?: Readonly<Record<string, string>>
}

/** Of a trade that its payer has opened; `refunded`: all that was, so far. */
export function tradeNotice(
  trade: AlipayTrade,
  { refunded = 0, refund }: { readonly refunded?: number; readonly refund?: AlipayRefundRecord } = {},
): AlipayNotice {
  const { number: out_trade_no, transactionId: trade_no, total, paid } = trade
  const trade_status = statusOf(trade, refunded)
  const id = `${out_trade_no}-${trade_status}-${refund?.number ?? ''}`.replaceAll(/[^\w-]/g, '_')
  return {
    id,
    fields: {
      notify_type: 'trade_status_sync',
      notify_id: id,
      notify_time: '2026-03-01 12:00:10',
      charset: 'utf-8',
      version: '1.0',
      app_id: ALIPAY_APP,
      seller_id: ALIPAY_SELLER,
      out_trade_no,
      trade_no,
      trade_status,
      subject: 'simulated',
      total_amount: yuan(total),
      buyer_logon_id: BUYER,
      ...(paid ? { gmt_payment: GMT_PAYMENT, buyer_pay_amount: yuan(total) } : {}),
      ...(refund === undefined
        ? {}
        : { out_biz_no: refund.number, refund_fee: yuan(refunded), gmt_refund: `${GMT_REFUND}.000` }),
    },
  }
}
