/** The answer to a prepay: the order, and what the client needs to pay it. */
import { orderView } from '#shared/api/order-view.ts'
import type { PrepayAnswer } from './prepay.ts'

export function prepayView({ order, pay_params }: PrepayAnswer): Readonly<Record<string, unknown>> {
  const { prepay_id, code_url, h5_url } = order.prepay ?? {}
  return { ...orderView(order), prepay_id, code_url, h5_url, pay_params }
}
