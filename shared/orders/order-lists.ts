/** Lists of orders and refunds for people, from indexes that are there for other reasons; all but that of held orders. */

/** Held orders are spread over so many partitions. */
export const HELD_SHARDS = 16

export interface ListPage {
  /** Goes on below this number. */
  readonly below?: string | undefined
  readonly limit: number
}

export interface ListedOrder {
  readonly out_trade_no: string
  /** Whether a bill has to know its payment. */
  readonly paid: boolean
}

/**
 * Port: lists numbers, the greatest first. May lag behind writes and name what is not so any more: whoever shows an order reads it.
 */
export interface OrderLists {
  /** Orders of a day of Beijing: paid ones by that of the payment, unpaid ones, from their first look on, by that of the order. */
  ordersOfDay(day: string, page: ListPage): Promise<readonly ListedOrder[]>
  /** Refund numbers by the day on which they were asked for here. */
  refundsOfDay(day: string, page: ListPage): Promise<readonly string[]>
  /** Orders with an open hold. */
  held(page: ListPage): Promise<readonly string[]>
  /** Unpaid orders whose look is due after `from` and until `to` (epoch ms), the last look first. */
  dueWithin(from: number, to: number, limit: number): Promise<readonly string[]>
}
