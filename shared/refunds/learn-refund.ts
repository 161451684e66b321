/** Records what WeChat tells of a refund, whether it was made through us or elsewhere. */
import { AppError } from '#shared/errors.ts'
import { factOfRefund } from '#shared/facts/facts-of.ts'
import type { FactSource, RefundFact } from '#shared/facts/fact.ts'
import { isRefundStatus } from '#shared/facts/telling.ts'
import type { ChannelRefund } from '#shared/facts/telling.ts'
import { learnFact } from '#shared/orders/learn-fact.ts'
import type { LearnDeps } from '#shared/orders/learn-fact.ts'
import { learnState } from '#shared/orders/learn-state.ts'
import { refundOf } from '#shared/orders/order.ts'
import type { Order, Refund } from '#shared/orders/order.ts'

export interface LearnRefundDeps extends LearnDeps {
  readonly mchid: string
}

export interface LearnedRefund {
  readonly order: Order
  readonly refund: Refund
}

interface Telling {
  readonly told: ChannelRefund
  readonly source: FactSource
  /** How it comes into the order. @default as a fact that is stored, and that settle publishes */
  readonly record?: ((order: Order, fact: RefundFact) => Promise<Order>) | undefined
}

/** Resolves with the order as it is stored now. */
export async function learnRefund(
  deps: LearnRefundDeps,
  order: Order,
  { told, source, record = (to, fact) => learnFact(deps, to, fact) }: Telling,
): Promise<LearnedRefund> {
  const telling = { source, received_at: deps.clock.now() }
  const recorded = await record(order, factOfRefund(order.mchid, told, telling))
  const { status: state, out_refund_no, success_time } = told
  const known = isRefundStatus(state)
  const learned = await learnState(deps, recorded, { state, known, success_time, out_refund_no, ...telling })
  const refund = refundOf(learned, out_refund_no)
  if (refund === undefined) throw new AppError('refund_not_found')
  return { order: learned, refund }
}
