/** How orders and refunds look on the wire: in answers and in the control API (doc merchant/4012791856, 4013071036). */
import { beijingTime } from './beijing-time.ts'
import type { Order, Payment, Refund } from './ledger.ts'
import { tradeState } from './orders.ts'
import type { TradeState } from './orders.ts'
import type { PrepayRequest } from './request-schemas.ts'

export type Wire = Readonly<Record<string, unknown>>

/** How the payment methods are called in answers. */
export const TRADE_TYPES = { jsapi: 'JSAPI', app: 'APP', h5: 'MWEB', native: 'NATIVE' } as const
const STATE_WORDS: Readonly<Record<TradeState, string>> = {
  NOTPAY: '订单未支付',
  SUCCESS: '支付成功',
  REFUND: '转入退款',
  CLOSED: '订单已关闭',
}

/** An order in a query answer; for unpaid orders what a payment brings is absent. */
export function orderView(order: Order, now: number): Wire {
  const { request, payment, method } = order
  const state = tradeState(order, now)
  const { total, currency } = request.amount
  const always = {
    ...partiesOf(request),
    out_trade_no: request.out_trade_no,
    trade_state: state,
    trade_state_desc: STATE_WORDS[state],
    ...(request.attach === undefined ? {} : { attach: request.attach }),
    ...(request.scene_info?.device_id === undefined
      ? {}
      : { scene_info: { device_id: request.scene_info.device_id } }),
  }
  if (payment === undefined) return { ...always, amount: { total, currency, payer_currency: currency } }
  return {
    ...always,
    transaction_id: payment.transactionId,
    trade_type: TRADE_TYPES[method],
    bank_type: payment.bankType,
    success_time: beijingTime(payment.paidAt),
    payer: payerOf(order, payment),
    amount: { total, payer_total: total - payment.coupon, currency, payer_currency: currency },
    ...(payment.coupon === 0 ? {} : { promotion_detail: [paidCoupon(payment.coupon)] }),
  }
}

function partiesOf({ appid, mchid, sub }: PrepayRequest): Wire {
  if (sub === undefined) return { appid, mchid }
  return {
    sp_appid: appid,
    sp_mchid: mchid,
    ...(sub.appid === undefined ? {} : { sub_appid: sub.appid }),
    sub_mchid: sub.mchid,
  }
}

function payerOf({ request: { sub } }: Order, { openid, subOpenid }: Payment): Wire {
  if (sub === undefined) return { openid }
  return { sp_openid: openid, ...(subOpenid === undefined ? {} : { sub_openid: subOpenid }) }
}

/** The coupon that paid a part. */
export function paidCoupon(amount: number): Wire {
  return {
    coupon_id: '109519',
    name: '单品惠-6',
    scope: 'GLOBAL',
    type: 'CASH',
    amount,
    stock_id: '931386',
    wechatpay_contribute: amount,
    merchant_contribute: 0,
    other_contribute: 0,
    currency: 'CNY',
  }
}

interface RefundShares {
  readonly total: number
  readonly refund: number
  readonly payer_total: number
  readonly payer_refund: number
}

/** With a coupon the payer gets back their share only, rounded. */
export function refundShares({ request: { amount } }: Refund, order: Order): RefundShares {
  const payerTotal = amount.total - (order.payment?.coupon ?? 0)
  const payerRefund = Math.round((amount.refund * payerTotal) / amount.total)
  return { total: amount.total, refund: amount.refund, payer_total: payerTotal, payer_refund: payerRefund }
}

/** A refund in an answer. */
export function refundView(refund: Refund, order: Order): Wire {
  const shares = refundShares(refund, order)
  const { from, currency } = refund.request.amount
  return {
    refund_id: refund.refundId,
    out_refund_no: refund.request.out_refund_no,
    transaction_id: order.payment?.transactionId,
    out_trade_no: refund.outTradeNo,
    channel: refund.channel,
    user_received_account: refund.account,
    ...(refund.successAt === undefined ? {} : { success_time: beijingTime(refund.successAt) }),
    create_time: beijingTime(refund.createdAt),
    status: refund.status,
    funds_account: refund.request.funds_account ?? 'UNSETTLED',
    amount: {
      ...shares,
      from: from ?? [],
      // The coupon was charged up with money: it is settled like cash.
      settlement_refund: shares.refund,
      settlement_total: shares.total,
      discount_refund: shares.refund - shares.payer_refund,
      currency,
      refund_fee: 0,
    },
    promotion_detail: [],
  }
}
