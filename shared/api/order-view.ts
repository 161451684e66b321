/** What merchants see of an order and its refunds; internal fields stay inside. */
import type { Order, Refund } from '#shared/orders/order.ts'

export function orderView(order: Order): Readonly<Record<string, unknown>> {
  const {
    mchid,
    appid,
    out_trade_no,
    method: channel,
    status,
    amount,
    transaction_id,
    trade_type,
    bank_type,
    success_time,
    payer_total,
  } = order
  return {
    mchid,
    appid,
    out_trade_no,
    channel,
    status,
    amount: { ...amount, payer_total },
    description: order.description,
    attach: order.attach,
    time_expire: order.time_expire,
    transaction_id,
    trade_type,
    bank_type,
    success_time,
    rejected_code: order.rejected_code,
    refundable: status === 'PAID' ? order.refundable : 0,
    held: Object.keys(order.holds).length > 0,
    holds: Object.entries(order.holds).map(([fact_key, reason]) => ({ fact_key, reason })),
    audit: (order.audit ?? []).map(({ at, ...entry }) => ({ at: new Date(at).toISOString(), ...entry })),
    refunds: Object.values(order.refunds).map((refund) => refundView(order, refund)),
    created_at: new Date(order.created_at).toISOString(),
    updated_at: new Date(order.updated_at).toISOString(),
  }
}

export function refundView(
  { out_trade_no, transaction_id, amount }: Order,
  refund: Refund,
): Readonly<Record<string, unknown>> {
  const {
    out_refund_no,
    status,
    refund_id,
    refund_channel: channel,
    success_time,
    failure_code,
    refused_code,
  } = refund
  return {
    out_refund_no,
    out_trade_no,
    transaction_id,
    refund_id,
    status,
    amount: { refund: refund.amount, total: amount.total, currency: amount.currency },
    channel,
    success_time,
    failure_code,
    refused_code,
    created_at: new Date(refund.created_at).toISOString(),
    updated_at: new Date(refund.updated_at).toISOString(),
  }
}
