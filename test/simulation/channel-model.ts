/** What the invariants have to know of a channel: its own books, whichever it is. */
import type { OrderStatus } from '#shared/ledger/words.ts'

export interface OrderThere {
  readonly number: string
  readonly total: number
  /** JSON of what was asked for, where it was us who asked. */
  readonly content: string
  readonly transactionId: string
  readonly state: 'NOTPAY' | 'PAID' | 'CLOSED'
  /** Paid in spite of what we know: nobody asks about it, only a notification tells. */
  readonly late: boolean
}

export interface RefundThere {
  readonly number: string
  /** What we sent; nothing of one that a person made. */
  readonly body: string
  readonly orderNumber: string
  readonly amount: number
  readonly status: string
}

export interface ChannelModel {
  readonly orders: ReadonlyMap<string, OrderThere>
  refundsOf(orderNumber: string): readonly RefundThere[]
  /** What went out of an order, or is on its way. */
  out(orderNumber: string, counts?: (refund: RefundThere) => boolean): number
}

/** A channel of the run. */
export interface ChannelThere {
  /** What keys and facts call the merchant there. */
  readonly account: string
  readonly model: ChannelModel
  /** What an order may be for us of which the channel knows nothing. */
  readonly unknown: readonly OrderStatus[]
}
