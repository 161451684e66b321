/** Refunds: found by a number, or listed by the day on which they were asked for. */
import type { Listing, RefundRow } from '#console/contract.ts'
import type { Routes } from '#console/server/routes.ts'
import { findOrder } from '#cli/stack/find-order.ts'
import { refundView } from '#shared/api/order-view.ts'
import { given } from '#shared/given.ts'
import { REFUND_STATUSES } from '#shared/ledger/words.ts'
import { refundOf } from '#shared/orders/order.ts'
import type { Desk } from './desk.ts'
import { choiceIn, textIn } from './parameters.ts'

const PAGE = 50

export function refundRoutes({ stack, api }: Desk): Routes {
  async function found(number: string): Promise<Listing<RefundRow>> {
    const order = await findOrder(stack, number)
    if (order === undefined) return { entries: [] }
    const named = refundOf(order, number)
    const refunds = named === undefined ? Object.values(order.refunds) : [named]
    return { entries: refunds.map((refund) => refundView(order, refund)) }
  }
  return {
    async 'GET /refunds'({ query }): Promise<Listing<RefundRow>> {
      const number = textIn(query, 'q')
      if (number !== undefined) return found(number)
      const { refunds, next } = await api.listRefunds({
        status: choiceIn(query, 'status', REFUND_STATUSES),
        from: textIn(query, 'from'),
        to: textIn(query, 'to'),
        next: textIn(query, 'next'),
        limit: PAGE,
      })
      return { entries: refunds, ...given({ next }) }
    },
  }
}
