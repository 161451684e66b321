/** What the shop remembers of each order. It asks nobody whether an order is paid: the events tell it. */
import type { EventMemory } from 'wechatpay-lambda-client'

/** From the least to the most that can have happened. Events come in any order, so an order only ever moves forward here. */
export const STANDINGS = ['unpaid', 'closed', 'paid', 'refunding', 'refund_failed', 'refunded'] as const
export type Standing = (typeof STANDINGS)[number]

export interface ShopOrder {
  readonly out_trade_no: string
  /** What the QR code says. */
  readonly code_url: string
  readonly standing: Standing
}

/** Where orders are kept: in memory here, in a table when the shop is deployed (table.ts). */
export interface Orders {
  get(out_trade_no: string): Promise<ShopOrder | undefined>
  place(out_trade_no: string, code_url: string): Promise<void>
  /** Does nothing to an order that is further already, and to one of somebody else: all of the merchant's systems hear all events. */
  moveOn(out_trade_no: string, standing: Standing): Promise<void>
  /** For the filter of repeated events. */
  readonly memory?: EventMemory
}

export function ordersInMemory(): Orders {
  const orders = new Map<string, ShopOrder>()
  return {
    get: async (number) => orders.get(number),
    async place(out_trade_no, code_url) {
      orders.set(out_trade_no, { out_trade_no, code_url, standing: 'unpaid' })
    },
    async moveOn(number, standing) {
      const order = orders.get(number)
      if (order === undefined || STANDINGS.indexOf(standing) <= STANDINGS.indexOf(order.standing)) return
      orders.set(number, { ...order, standing })
    },
  }
}
