/** How combined payments look on the wire: in query answers, and in their one notification (doc merchant/4012556997). */
import { beijingTimeMs } from './beijing-time.ts'
import type { Ids } from './ids.ts'
import type { Combined, Order } from './ledger.ts'
import type { Notice } from './notices.ts'
import { tradeState } from './orders.ts'
import { paidCoupon, TRADE_TYPES } from './views.ts'
import type { Wire } from './views.ts'

/** A combined payment in a query answer. */
export function combinedView(combined: Combined, orders: readonly Order[], now: number): Wire {
  const { payment } = combined
  const isProviders = orders.some(({ request: { sub } }) => sub !== undefined)
  return {
    ...content(combined, orders, now),
    // Only the documents for service providers have it.
    ...(isProviders && payment !== undefined ? { combine_transaction_id: payment.transactionId } : {}),
  }
}

function content({ request, payment }: Combined, orders: readonly Order[], now: number): Wire {
  const device = request.scene_info?.device_id
  return {
    combine_appid: request.combine_appid,
    combine_mchid: request.combine_mchid,
    combine_out_trade_no: request.combine_out_trade_no,
    ...(device === undefined ? {} : { scene_info: { device_id: device } }),
    sub_orders: orders.map((order) => subOrderView(order, now)),
    ...(payment === undefined ? {} : { combine_payer_info: { openid: payment.openid } }),
  }
}

function subOrderView(order: Order, now: number): Wire {
  const { request, payment, method } = order
  const { total, currency } = request.amount
  const always = {
    mchid: request.mchid,
    ...(request.sub === undefined ? {} : { sub_mchid: request.sub.mchid }),
    ...(request.sub?.appid === undefined ? {} : { sub_appid: request.sub.appid }),
    out_trade_no: request.out_trade_no,
    trade_state: tradeState(order, now),
    attach: request.attach,
  }
  if (payment === undefined) return { ...always, amount: { total_amount: total, currency } }
  return {
    ...always,
    trade_type: TRADE_TYPES[method],
    bank_type: payment.bankType,
    success_time: beijingTimeMs(payment.paidAt),
    transaction_id: payment.transactionId,
    ...(payment.subOpenid === undefined ? {} : { sub_openid: payment.subOpenid }),
    amount: {
      total_amount: total,
      currency,
      payer_amount: total - payment.coupon,
      payer_currency: currency,
    },
    ...(payment.coupon === 0 ? {} : { promotion_detail: [paidCoupon(payment.coupon)] }),
  }
}

/** The notice of the payment: one for all orders, under the type of a single one. They are as they were when paid. */
export function combinedNotice(
  combined: Combined,
  orders: readonly Order[],
  { now, ids }: { readonly now: number; readonly ids: Ids },
): Notice {
  const paid = orders.map((order) => ({ ...order, refunded: false }))
  return {
    id: ids.notificationId(),
    eventType: 'TRANSACTION.SUCCESS',
    originalType: 'transaction',
    summary: '支付成功',
    createdAt: now,
    resource: content(combined, paid, now),
  }
}
