/**
 * Refunds that were made elsewhere. Of an order with any refund WeChat says REFUND, and no more: there is no call that lists
 * them (APIv3). Where we know of none, somebody made one on the merchant platform, and what is left to refund is not known.
 */
import type { Said } from './books.ts'
import type { Cause } from './cause.ts'
import { digestOf } from './digest.ts'
import type { FoldedRefund } from './fold-refunds.ts'

/** The key of the hold. */
export const REFUNDS_UNKNOWN = 'refunds_unknown'

export function refundsUnknown(
  { refunded_at }: Said,
  refunds: ReadonlyMap<string, FoldedRefund>,
): readonly Cause[] {
  if (refunded_at === undefined || [...refunds.values()].some(explains)) return []
  return [{ key: REFUNDS_UNKNOWN, reason: REFUNDS_UNKNOWN, evidence: digestOf('REFUND') }]
}

/** One that WeChat told of, or one of ours that WeChat may have: what waits for people was not sent. */
function explains({ told, status, approval, reservation }: FoldedRefund): boolean {
  if (told !== undefined) return true
  const unsent = approval !== undefined && reservation?.in_doubt !== true
  return !unsent && (status === 'REQUESTED' || status === 'UNKNOWN')
}
