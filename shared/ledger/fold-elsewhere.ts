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

export function refundsUnknown(said: Said, refunds: ReadonlyMap<string, FoldedRefund>): readonly Cause[] {
  const named = namedOnly(said, refunds).map(({ out_refund_no }) => out_refund_no)
  const unexplained = said.refunded_at !== undefined && ![...refunds.values()].some(explains)
  if (!unexplained && named.length === 0) return []
  return [{ key: REFUNDS_UNKNOWN, reason: REFUNDS_UNKNOWN, evidence: digestOf('REFUND', ...named) }]
}

/** A refund of which no more was told than that there is one. */
export interface NamedRefund {
  readonly out_refund_no: string
  /** When it was named last, epoch ms. */
  readonly at: number
}

/**
 * Refunds whose amounts nobody told: a channel named them, and could not be asked for them so far. What is ours and may have been
 * taken is known without that.
 */
export function namedOnly(
  { words = [] }: Said,
  refunds: ReadonlyMap<string, FoldedRefund>,
): readonly NamedRefund[] {
  return words.flatMap(({ out_refund_no, word, at }) => {
    if (out_refund_no === undefined || word !== undefined) return []
    const refund = refunds.get(out_refund_no)
    return refund !== undefined && explains(refund) ? [] : [{ out_refund_no, at }]
  })
}

/** One that WeChat told of, or one of ours that WeChat may have: what waits for people was not sent. */
function explains({ told, status, approval, reservation }: FoldedRefund): boolean {
  if (told !== undefined) return true
  const unsent = approval !== undefined && reservation?.in_doubt !== true
  return !unsent && (status === 'REQUESTED' || status === 'UNKNOWN')
}
