/** What WeChat takes for a payment and gives back for a refund. */

/** As bills write it. */
export const FEE_RATE = '0.60%'

/** Fen, rounded half up. */
export function fee(amount: number): number {
  return Math.floor((amount * 6 + 500) / 1000)
}
