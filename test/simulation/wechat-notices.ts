/** What WeChat notifies. */
import type { Notice } from './keys.ts'
import type { WechatOrder, WechatRefundRecord } from './wechat-model.ts'
import { APPID, MCHID } from '#test/support/orders.ts'

export const OPENID = 'oCANARY0openid0of0the0payer0'
export const ACCOUNT = 'CANARY-account-0403'

export function paymentNotice({ number, total, transactionId, successTime }: WechatOrder): Notice {
  return {
    id: `EV-PAY-${number}`,
    event_type: 'TRANSACTION.SUCCESS',
    content: {
      appid: APPID,
      mchid: MCHID,
      out_trade_no: number,
      transaction_id: transactionId,
      trade_type: 'JSAPI',
      trade_state: 'SUCCESS',
      bank_type: 'OTHERS',
      success_time: successTime,
      payer: { openid: OPENID },
      amount: { total, payer_total: total, currency: 'CNY' },
    },
  }
}

export function refundNotice(refund: WechatRefundRecord, transactionId: string): Notice {
  const { number, orderNumber, refundId, status, total, amount } = refund
  return {
    id: `EV-${number}-${status}`,
    event_type: `REFUND.${status}`,
    content: {
      mchid: MCHID,
      out_trade_no: orderNumber,
      transaction_id: transactionId,
      out_refund_no: number,
      refund_id: refundId,
      refund_status: status,
      ...(status === 'SUCCESS' ? { success_time: '2026-03-01T12:00:05+08:00' } : {}),
      user_received_account: ACCOUNT,
      amount: { total, refund: amount, payer_total: total, payer_refund: amount },
    },
  }
}
