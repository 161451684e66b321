/** Asks for refunds that the channel named and said no more of: without their amounts nobody knows what is left of an order. */
import { fold } from '#shared/ledger/fold.ts'
import { namedOnly } from '#shared/ledger/fold-elsewhere.ts'
import type { Order } from '#shared/orders/order.ts'
import type { CallOptions } from '#shared/orders/payment-channel.ts'
import { ifKnown } from '#shared/payments/learn-payment.ts'
import { learnRefund } from '#shared/refunds/learn-refund.ts'
import type { DriveDeps } from './drive-deps.ts'

/** Also where somebody let the hold pass: that says nothing about how much it was. */
export async function driveNamed(deps: DriveDeps, order: Order, call: CallOptions): Promise<void> {
  const { books, out_trade_no: outTradeNo } = order
  if (books.said.words === undefined) return
  for (const { out_refund_no } of namedOnly(books.said, fold(books).refunds)) {
    const fields = { out_trade_no: outTradeNo, out_refund_no }
    const told = await ifKnown(() => deps.channel.queryRefund(out_refund_no, { ...call, outTradeNo }))
    if (told === undefined) {
      deps.logger.error('REFUND_VANISHED', fields)
      continue
    }
    const { refund } = await learnRefund(deps, order, { told, source: 'query' })
    deps.logger.info('REFUND_QUERIED', { ...fields, outcome: refund.status })
  }
}
