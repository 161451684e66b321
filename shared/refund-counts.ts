/** How much was refunded and paid within the last hour: a port. */
import type { Fen } from './money.ts'

export interface HourOfRefunds {
  readonly count: number
  readonly amount: number
}

/**
 * An hour is counted in steps of 5 minutes: what is said covers the last 60 minutes at least and 65 at most.
 *
 * Every refund is counted before it is judged, in one atomic write that brings back the sum: of two at once, one sees the other.
 * A refund that then is not made, and a write whose answer was lost, stay counted: a limit is met early, never late.
 */
export interface RefundCounts {
  /** Counts one refund at `now` (epoch ms). @returns the hour with it */
  countRefund(amount: Fen, now: number): Promise<HourOfRefunds>
  /** How many payments were counted within the hour. */
  payments(now: number): Promise<number>
}

export interface PaymentCounts {
  /** Counts one payment. Those of a merchant are spread over several items. */
  countPayment(outTradeNo: string, now: number): Promise<void>
}
