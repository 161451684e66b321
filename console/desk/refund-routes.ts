/** Refunds: found by a number, or listed by the day on which they were asked for. */
import type { Listing, RefundRow } from '#console/contract.ts'
import type { Routes } from '#console/server/routes.ts'
import { refundView } from '#shared/api/order-view.ts'
import { providerOf } from '#shared/facts/account.ts'
import { given } from '#shared/given.ts'
import { REFUND_STATUSES } from '#shared/ledger/words.ts'
import { refundOf } from '#shared/orders/order.ts'
import type { Order } from '#shared/orders/order.ts'
import { accountIn, foundEverywhere } from './channels.ts'
import type { Desk } from './desk.ts'
import { choiceIn, textIn } from './parameters.ts'

const PAGE = 50

export function refundRoutes({ stack, api }: Desk): Routes {
  async function found(number: string): Promise<Listing<RefundRow>> {
    const orders = await foundEverywhere(stack, number)
    return { entries: orders.flatMap((order) => refundsOf(order, number)) }
  }
  return {
    async 'GET /refunds'({ query }): Promise<Listing<RefundRow>> {
      const number = textIn(query, 'q')
      if (number !== undefined) return found(number)
      const { said } = accountIn(stack, query)
      const { refunds, next } = await api.listRefunds({
        ...said,
        status: choiceIn(query, 'status', REFUND_STATUSES),
        from: textIn(query, 'from'),
        to: textIn(query, 'to'),
        next: textIn(query, 'next'),
        limit: PAGE,
      })
      return { entries: refunds.map((refund) => ({ ...said, ...refund })), ...given({ next }) }
    },
  }
}

/** The one of that number, or all of an order that was found by another one. */
function refundsOf(order: Order, number: string): readonly RefundRow[] {
  const named = refundOf(order, number)
  const refunds = named === undefined ? Object.values(order.refunds) : [named]
  const provider = providerOf(order.mchid)
  return refunds.map((refund) => ({ provider, ...refundView(order, refund) }))
}
