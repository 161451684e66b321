/** Which rules of the stage a refund breaks. */
import type { Fen } from '#shared/money.ts'
import type { Order } from '#shared/orders/order.ts'
import { countsRefunds } from '#shared/refund-rules.ts'
import type { RefundRules, RuleName } from '#shared/refund-rules.ts'
import type { HourOfRefunds, RefundCounts } from '#shared/refund-counts.ts'

interface Judged {
  readonly amount: Fen
  /** Epoch ms. */
  readonly now: number
}

/** The rules over all orders of the merchant. Counts the refund, so it is asked once for each. */
export async function brokenByHour(
  rules: RefundRules,
  counts: RefundCounts,
  { amount, now }: Judged,
): Promise<readonly RuleName[]> {
  if (!countsRefunds(rules)) return []
  const hour = await counts.countRefund(amount, now)
  const { hourlyAbove, hourlyCount } = rules
  const rate = await isAboveRate(rules, counts, { hour, now })
  return [
    ...(hourlyAbove !== undefined && hour.amount > hourlyAbove ? (['hourlyAbove'] as const) : []),
    ...(hourlyCount !== undefined && hour.count > hourlyCount ? (['hourlyCount'] as const) : []),
    ...(rate ? (['hourlyPercent'] as const) : []),
  ]
}

async function isAboveRate(
  { hourlyPercent, hourlyPercentFrom }: RefundRules,
  counts: RefundCounts,
  { hour, now }: { readonly hour: HourOfRefunds; readonly now: number },
): Promise<boolean> {
  if (hourlyPercent === undefined || hour.count < hourlyPercentFrom) return false
  return 100 * hour.count > hourlyPercent * (await counts.payments(now))
}

/** The rules over the refund and its order, which its own save decides. */
export function brokenByOrder(
  { singleAbove, perOrder }: RefundRules,
  { refunds }: Pick<Order, 'refunds'>,
  { amount, out_refund_no }: { readonly amount: Fen; readonly out_refund_no: string },
): readonly RuleName[] {
  const live = Object.values(refunds).filter(
    (refund) => refund.live && refund.out_refund_no !== out_refund_no,
  )
  return [
    ...(singleAbove !== undefined && amount > singleAbove ? (['singleAbove'] as const) : []),
    ...(perOrder !== undefined && live.length >= perOrder ? (['perOrder'] as const) : []),
  ]
}
