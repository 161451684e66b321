/** What changed between two states of an order: the source of its events. */
import type { Folded } from './fold.ts'
import type { RefundStatus, ToldState } from './words.ts'

export const CHANGES = [
  'payment.succeeded',
  'payment.closed',
  'refund.created',
  'refund.succeeded',
  'refund.closed',
  'refund.abnormal',
  'refund.failed',
  'order.held',
  'order.released',
] as const
export type ChangeType = (typeof CHANGES)[number]

export interface Change {
  readonly type: ChangeType
  /** The holds that were opened or released. */
  readonly holds?: readonly string[]
  /** The payment arrived after the order was closed. */
  readonly paid_after_close?: boolean
}

/** What each state that WeChat tells of a refund changes. */
export const TOLD_CHANGES = {
  PROCESSING: 'refund.created',
  SUCCESS: 'refund.succeeded',
  CLOSED: 'refund.closed',
  ABNORMAL: 'refund.abnormal',
} as const satisfies Readonly<Record<ToldState, ChangeType>>

/** Being asked for, or being in doubt, is not yet money that moved. */
const REFUND_CHANGES: Readonly<Partial<Record<RefundStatus, ChangeType>>> = {
  ...TOLD_CHANGES,
  FAILED: 'refund.failed',
}

/**
 * @param before undefined when there was no order.
 * @param outRefundNo the refund that the change is about, if it is about one.
 */
export function changesBetween(
  before: Folded | undefined,
  after: Folded,
  outRefundNo?: string,
): readonly Change[] {
  return [
    ...paymentChange(before, after),
    ...(outRefundNo === undefined ? [] : refundChange(before, after, outRefundNo)),
    ...holdChange('order.held', opened(before, after)),
    ...holdChange('order.released', opened(after, before)),
  ]
}

function paymentChange(before: Folded | undefined, { status }: Folded): Change[] {
  if (status === before?.status) return []
  if (status === 'CLOSED') return [{ type: 'payment.closed' }]
  if (status !== 'PAID') return []
  return [{ type: 'payment.succeeded', ...(before?.status === 'CLOSED' ? { paid_after_close: true } : {}) }]
}

function refundChange(before: Folded | undefined, after: Folded, outRefundNo: string): Change[] {
  const now = after.refunds.get(outRefundNo)?.status
  if (now === undefined || now === before?.refunds.get(outRefundNo)?.status) return []
  const type = REFUND_CHANGES[now]
  return type === undefined ? [] : [{ type }]
}

function holdChange(type: ChangeType, holds: readonly string[]): Change[] {
  return holds.length === 0 ? [] : [{ type, holds }]
}

/** Holds that block in the second and not in the first. */
function opened(first: Folded | undefined, second: Folded | undefined): readonly string[] {
  const before = new Set(openHolds(first))
  return openHolds(second).filter((key) => !before.has(key))
}

function openHolds(folded: Folded | undefined): readonly string[] {
  return (folded?.holds ?? []).flatMap(({ key, dismissed }) => (dismissed ? [] : [key]))
}
