/** The port to the books that a payment channel publishes of each day. */
import type { CallOptions } from './payment-channel.ts'

/**
 * - `trade`: every payment and refund of the day, but refunds out of the available balance.
 * - `recharge_refund`: the refunds out of the available balance; not offered to every merchant.
 * - `fund_flow`: how the money of the basic account moved.
 */
export const BILL_KINDS = ['trade', 'recharge_refund', 'fund_flow'] as const
export type BillKind = (typeof BILL_KINDS)[number]

export interface BillFile {
  /** Hex of the SHA-1 over the file without its compression. */
  readonly sha1: string
  /** Its bytes, compressed or not, once. Ends in a ChannelError when they stop coming. */
  readonly chunks: AsyncIterable<Uint8Array>
}

export type DayBill =
  | { readonly state: 'ready'; readonly file: BillFile }
  /** Nothing happened on that day. */
  | { readonly state: 'none' }
  /** Not published yet: ask again in half an hour. */
  | { readonly state: 'creating' }
  /** WeChat makes no such bill for this merchant. */
  | { readonly state: 'not_offered' }

export interface BillChannel {
  /**
   * Asks for the bill of a day of Beijing time, as in `2026-11-24`, and begins to load it.
   *
   * @throws ChannelError
   */
  dayBill(kind: BillKind, date: string, options?: CallOptions): Promise<DayBill>
}
