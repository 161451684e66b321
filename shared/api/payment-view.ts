/** The answer to a prepay: the order, and what the client needs to pay it. */
import type { Order } from '#shared/orders/order.ts'
import { orderView } from './order-view.ts'
import type { PaymentView } from './payment-view-schema.ts'

export type { PaymentView }

export function paymentView(answer: {
  readonly order: Order
  readonly pay_params: PaymentView['pay_params']
}): PaymentView {
  const { order, pay_params } = answer
  const { prepay_id, code_url, h5_url } = order.prepay ?? {}
  return { ...orderView(order), prepay_id, code_url, h5_url, pay_params }
}
