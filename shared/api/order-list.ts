/** What merchants see of an order in a list. */
import { isHeld } from '#shared/orders/order.ts'
import type { Order } from '#shared/orders/order.ts'
import type { OrderList, OrderSummary, RefundList } from './order-list-schema.ts'

export type { OrderList, RefundList }

export function orderSummary(order: Order): OrderSummary {
  const { total, currency } = order.amount
  const refunds = Object.values(order.refunds)
  return {
    out_trade_no: order.out_trade_no,
    transaction_id: order.transaction_id,
    channel: order.method,
    status: order.status,
    amount: { total, currency },
    description: order.description,
    refundable: isHeld(order) ? 0 : order.refundable,
    refunded: refunds.filter(({ live }) => live).reduce((sum, { amount }) => sum + amount, 0),
    refunds: refunds.length,
    held: isHeld(order),
    holds: [...new Set(Object.values(order.holds))],
    success_time: order.success_time,
    created_at: new Date(order.created_at).toISOString(),
    updated_at: new Date(order.updated_at).toISOString(),
  }
}
