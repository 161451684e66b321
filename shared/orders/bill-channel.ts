/** The port to the books that a payment channel publishes of each day. */
import type { CallOptions } from './payment-channel.ts'

/**
 * - `trade`: every payment and refund of the day, but refunds out of the available balance.
 * - `fund_flow`: how the money of the basic account moved.
 */
export type BillKind = 'trade' | 'fund_flow'

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

export interface BillChannel {
  /**
   * Asks for the bill of a day of Beijing time, as in `2026-11-24`, and begins to load it.
   *
   * @throws ChannelError
   */
  dayBill(kind: BillKind, date: string, options?: CallOptions): Promise<DayBill>
}
