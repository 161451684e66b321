/** The hour of a merchant, in memory and exact: every refund and payment with its time. */
import type { PaymentCounts, RefundCounts } from '#shared/refund-counts.ts'

const HOUR_MS = 3_600_000

export function memoryCounts(): RefundCounts & PaymentCounts {
  const refunds: Array<{ readonly at: number; readonly amount: number }> = []
  const paid: number[] = []
  return {
    async countRefund(amount, now) {
      refunds.push({ at: now, amount })
      const hour = refunds.filter(({ at }) => at > now - HOUR_MS)
      return { count: hour.length, amount: hour.reduce((sum, refund) => sum + refund.amount, 0) }
    },
    countPayment: async (_outTradeNo, now) => void paid.push(now),
    payments: async (now) => paid.filter((at) => at > now - HOUR_MS).length,
  }
}
