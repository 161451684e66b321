/** Notifications besides payments and refunds, a type each of those that WeChat documents. All data is made up. */
import { MCHID } from './orders.ts'

export const OPENID = 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o'
export const CARD = '招商银行信用卡0403'

export interface OtherType {
  readonly event_type: string
  readonly original_type: string
  readonly content: object
}

const sharing = {
  mchid: MCHID,
  transaction_id: '4200000000000001',
  order_id: '3008450740201411110007820472',
  out_order_no: 'P20150806125346',
  receiver: { type: 'PERSONAL_OPENID', account: OPENID, amount: 88, description: '分账' },
  success_time: '2026-03-01T12:00:05+08:00',
}
const transfer = {
  out_bill_no: 'T0001',
  transfer_bill_no: '1330000071100999991182020050700019480001',
  state: 'SUCCESS',
  mch_id: MCHID,
  transfer_amount: 100,
  openid: OPENID,
}
const paid = { mchid: MCHID, out_trade_no: 'DEDUCT-1', trade_state: 'PAYERROR', bank_type: CARD }

const type = (event_type: string, original_type: string, content: object): OtherType => ({
  event_type,
  original_type,
  content,
})

export const OTHER_TYPES: readonly OtherType[] = [
  type('SECURITY_ECHO.SUCCESS', 'security', { echo_message: 'are you there', encrypt_echo_message: 'abc=' }),
  type('COMPLAINT.CREATE', 'complaint', { complaint_id: '2002', action_type: 'CREATE_COMPLAINT' }),
  type('COMPLAINT.STATE_CHANGE', 'complaint', { complaint_id: '2002', action_type: 'SELLER_REFUND' }),
  type('MCHTRANSFER.BILL.FINISHED', 'mch_payment', transfer),
  type('MCHTRANSFER.BATCH.FINISHED', 'mch_payment', { out_batch_no: 'B1', openid: OPENID }),
  type('MCHTRANSFER.BATCH.CLOSED', 'mch_payment', { out_batch_no: 'B2' }),
  type('MCHTRANSFER.QQWALLETBILL.FINISHED', 'mch_payment', transfer),
  type('MCHTRANSFER.AUTHORIZATION.CONFIRMED', 'mch_payment', { openid: OPENID }),
  type('PAYSCORE.USER_OPEN_SERVICE', 'payscore', { openid: OPENID }),
  type('PAYSCORE.USER_CLOSE_SERVICE', 'payscore', { openid: OPENID }),
  type('ECOMMERCE_ENTRUST.SIGN', 'entrust', { openid: OPENID }),
  type('ECOMMERCE_ENTRUST.TERMINATE', 'entrust', { openid: OPENID }),
  type('TRANSACTION.FAIL', 'transaction', paid),
  type('TRANSACTION.INDUSTRY_SUCCESS', 'transaction', { ...paid, trade_state: 'SUCCESS' }),
  type('TRANSACTION.INDUSTRY_FAILED', 'transaction', paid),
  type('PROFITSHARING', 'profitsharing', sharing),
  type('PROFITSHARING.SUCCESS', 'profitsharing', sharing),
  type('PROFITSHARING_RETURN', 'profitsharing', sharing),
  type('ENTRUST.SIGNING', 'entrust', { openid: OPENID }),
  type('PAPAY.TERMINATE', 'papay', { openid: OPENID }),
  type('MCHWITHDRAW.CHANGE', 'withdraw', { account: CARD }),
  type('SETTLEMENT.SUCCESS', 'settlement', { account: CARD }),
  type('RECHARGE.CLOSED', 'recharge', { recharge_id: '1' }),
  type('COUPON.USE', 'coupon', { openid: OPENID }),
  type('WEBIZPAY.NEWER_THAN_US', 'webizpay', { anything: [1, 'two', { three: OPENID }] }),
]

/** A payment of two orders at once. */
export const combinePayment = {
  combine_appid: 'wxd678efh567hg6787',
  combine_mchid: MCHID,
  combine_out_trade_no: 'COMBINE-0001',
  sub_orders: ['SUB-0001', 'SUB-0002'].map((out_trade_no, index) => ({
    mchid: MCHID,
    out_trade_no,
    transaction_id: `420000000000000${index}`,
    trade_state: 'SUCCESS',
    bank_type: CARD,
    success_time: '2026-03-01T12:00:05.120+08:00',
    amount: { total_amount: 100 + index, payer_amount: 100 + index, currency: 'CNY', payer_currency: 'CNY' },
  })),
  combine_payer_info: { openid: OPENID },
}

/** A payment that a service provider is told. */
export const partnerPayment = {
  sp_appid: 'wxd678efh567hg6787',
  sp_mchid: MCHID,
  sub_mchid: '1900000999',
  out_trade_no: 'PARTNER-0001',
  transaction_id: '4200000000000009',
  trade_state: 'SUCCESS',
  bank_type: CARD,
  payer: { sp_openid: OPENID },
  amount: { total: 300, payer_total: 300, currency: 'CNY', payer_currency: 'CNY' },
}

/** A refund that a service provider is told, as the document of it lists the fields. */
export const partnerRefund = {
  sp_mchid: MCHID,
  sub_mchid: '1900000999',
  out_trade_no: 'PARTNER-0001',
  transaction_id: '4200000000000009',
  out_refund_no: 'PARTNER-R',
  refund_id: '50',
  refund_status: 'SUCCESS',
  user_received_account: CARD,
  amount: { total: 300, refund: 100, payer_total: 300, payer_refund: 100 },
}
