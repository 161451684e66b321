/** One difference between WeChat's bill of a day and our books, and what became of it. */
import type { Fen } from '#shared/money.ts'

/**
 * - `only_at_wechat`: the bill has it, we do not.
 * - `only_with_us`: we have it, the bill does not.
 * - `amount_differs`: both have it, with different money.
 * - `state_differs`: both have it, and it stands otherwise than we know.
 */
export const DIFFERENCES = ['only_at_wechat', 'only_with_us', 'amount_differs', 'state_differs'] as const
export type Difference = (typeof DIFFERENCES)[number]

/**
 * - `healed`: what WeChat says is recorded, and the books say it too.
 * - `held`: the order is held for a person.
 * - `confirmed`: WeChat was asked, and says what the books say.
 * - `open`: WeChat could not be asked; the next run asks.
 */
export const FINDING_OUTCOMES = ['healed', 'held', 'confirmed', 'open'] as const
export type FindingOutcome = (typeof FINDING_OUTCOMES)[number]

export const FINDING_KINDS = ['payment', 'refund'] as const

export interface Finding {
  readonly kind: (typeof FINDING_KINDS)[number]
  readonly difference: Difference
  readonly outcome: FindingOutcome
  readonly out_trade_no: string
  readonly out_refund_no?: string
  readonly transaction_id?: string
  /** What the bill says, in fen; absent where it says nothing. */
  readonly billed?: Fen
  /** What our books say, in fen; absent where they say nothing. */
  readonly booked?: Fen
}

/** A matter is found once a day, whatever later runs make of it. */
export function findingKey({ kind, out_trade_no, out_refund_no, transaction_id }: Finding): string {
  const named = kind === 'refund' ? [out_refund_no] : [out_trade_no, transaction_id]
  return JSON.stringify([kind, ...named])
}
