/** What a refund fact does to its order: forward only, the amount given back exactly once. */
import type { RefundFact } from '#shared/facts/fact.ts'
import type { Effect } from './effect.ts'
import { refundOf } from './order.ts'
import type { Order, Refund, RefundStatus } from './order.ts'
import { leftOf } from './taken.ts'

/** How the facts of a state meet a refund in each status. `take`: the amount has to be taken (again). */
type Step = 'move' | 'take' | 'stale' | 'contradiction'

const STEPS: Readonly<Record<RefundFact['state'], Readonly<Record<RefundStatus | 'NONE', Step>>>> = {
  SUCCESS: {
    NONE: 'take',
    REQUESTED: 'move',
    PROCESSING: 'move',
    UNKNOWN: 'move',
    FAILED: 'take',
    ABNORMAL: 'move',
    SUCCESS: 'stale',
    CLOSED: 'contradiction',
  },
  CLOSED: {
    NONE: 'move',
    REQUESTED: 'move',
    PROCESSING: 'move',
    UNKNOWN: 'move',
    FAILED: 'move',
    ABNORMAL: 'move',
    SUCCESS: 'contradiction',
    CLOSED: 'stale',
  },
  ABNORMAL: {
    NONE: 'take',
    REQUESTED: 'move',
    PROCESSING: 'move',
    UNKNOWN: 'move',
    FAILED: 'take',
    ABNORMAL: 'stale',
    SUCCESS: 'stale',
    CLOSED: 'stale',
  },
}

/** Applies a refund fact to a recognised order. A refund that was not made through us (status NONE) is adopted. */
export function applyRefundFact(order: Order, fact: RefundFact): Effect {
  if (order.status === 'REJECTED') return { result: 'held', reason: 'order_rejected' }
  const known = refundOf(order, fact.out_refund_no)
  const { total, refund: amount } = fact.refund.amount
  if (total !== order.amount.total) return { result: 'held', reason: 'amount_differs' }
  if (known !== undefined && known.amount !== amount)
    return { result: 'held', reason: 'refund_amount_differs' }
  const step = STEPS[fact.state][known?.status ?? 'NONE']
  if (step === 'stale') return { result: 'stale' }
  if (step === 'contradiction') return { result: 'held', reason: 'refund_contradiction' }
  const refunds = { ...order.refunds, [fact.out_refund_no]: settledRefund(known, fact) }
  const { refundable, exceeded } = leftOf({ ...order, refunds })
  if (step === 'take' && exceeded) return { result: 'held', reason: 'refund_exceeds_paid' }
  return { result: 'applied', order: { ...order, refundable, refunds } }
}

function settledRefund(
  known: Refund | undefined,
  { out_refund_no, state, refund, received_at }: RefundFact,
): Refund {
  return {
    ...(known ?? { out_refund_no, amount: refund.amount.refund, created_at: received_at }),
    status: state,
    refund_id: refund.refund_id,
    updated_at: received_at,
    ...(refund.success_time === undefined ? {} : { success_time: refund.success_time }),
    ...(refund.refund_channel === undefined ? {} : { refund_channel: refund.refund_channel }),
  }
}
