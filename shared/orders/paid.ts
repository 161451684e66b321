/** An order with its payment on it. */
import type { PaymentContent } from '#shared/facts/fact.ts'
import type { Order } from './order.ts'

export function paid(
  order: Order,
  { transaction_id, success_time, trade_type, bank_type, amount }: PaymentContent,
): Order {
  return {
    ...order,
    status: 'PAID',
    transaction_id,
    success_time,
    ...(trade_type === undefined ? {} : { trade_type }),
    ...(bank_type === undefined ? {} : { bank_type }),
    ...(amount.payer_total === undefined ? {} : { payer_total: amount.payer_total }),
  }
}
