/** What Alipay says in a notification: the trade as it is, and the refund that made it so. */
import { beijingText } from '#shared/alipay/beijing-time.ts'
import { fen } from '#shared/money.ts'
import { yuanOfFen } from '#shared/yuan.ts'
import { refundedOf, tradeStatus } from './ledger.ts'
import type { AlipayRefund, OpenedTrade } from './ledger.ts'
import type { NoticeFields } from './signed-form.ts'

export interface NoticeMoment {
  readonly appId: string
  readonly sellerId: string
  readonly notifyId: string
  /** Epoch ms. */
  readonly now: number
}

export const yuan = (amount: number): string => yuanOfFen(fen(amount))

export function noticeFields(
  trade: OpenedTrade,
  refund: AlipayRefund | undefined,
  { appId, sellerId, notifyId, now }: NoticeMoment,
): NoticeFields {
  const { opened, paid, total, closedAt, out_trade_no, subject, passback_params } = trade
  return {
    notify_type: 'trade_status_sync',
    notify_id: notifyId,
    charset: 'utf-8',
    version: '1.0',
    app_id: appId,
    auth_app_id: appId,
    seller_id: sellerId,
    seller_email: 'seller@example.com',
    trade_no: opened.trade_no,
    out_trade_no,
    trade_status: tradeStatus(trade, now),
    subject,
    total_amount: yuan(total),
    gmt_create: beijingText(opened.at),
    ...(passback_params === undefined ? {} : { passback_params }),
    ...(paid === undefined ? {} : paymentFields(trade, paid)),
    ...(refund === undefined ? {} : refundFields(trade, refund)),
    ...(closedAt === undefined ? {} : { gmt_close: beijingText(closedAt) }),
  }
}

function paymentFields(
  { total }: OpenedTrade,
  { at, buyer_id }: { readonly at: number; readonly buyer_id: string },
) {
  return {
    buyer_id,
    buyer_logon_id: 'pay***@example.com',
    gmt_payment: beijingText(at),
    receipt_amount: yuan(total),
    buyer_pay_amount: yuan(total),
    invoice_amount: yuan(total),
    point_amount: '0.00',
    fund_bill_list: JSON.stringify([{ amount: yuan(total), fundChannel: 'ALIPAYACCOUNT' }]),
  }
}

/** `refund_fee` is all that was refunded so far. */
function refundFields(trade: OpenedTrade, { out_request_no, at }: AlipayRefund) {
  return {
    out_biz_no: out_request_no,
    refund_fee: yuan(refundedOf(trade)),
    gmt_refund: `${beijingText(at)}.000`,
  }
}
