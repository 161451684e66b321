/** Records what WeChat tells of a refund: acceptance in the order, final states as facts. */
import type { Clock } from '#shared/clock.ts'
import { AppError } from '#shared/errors.ts'
import type { Dispatcher } from '#shared/facts/dispatcher.ts'
import type { FactStore } from '#shared/facts/fact-store.ts'
import { factOfRefund } from '#shared/facts/facts-of.ts'
import { recordFact } from '#shared/facts/record-fact.ts'
import { refundOf } from '#shared/orders/order.ts'
import type { Order, Refund } from '#shared/orders/order.ts'
import type { OrderStore } from '#shared/orders/order-store.ts'
import { recordRefundAnswer } from '#shared/orders/refund.ts'
import { transition } from '#shared/orders/transition.ts'
import { updateOrder } from '#shared/orders/update-order.ts'
import type { Pause } from '#shared/pause.ts'
import type { ChannelRefund } from '#shared/facts/telling.ts'

export interface LearnDeps {
  readonly mchid: string
  readonly orders: OrderStore
  readonly facts: Pick<FactStore, 'put'>
  readonly dispatcher: Dispatcher
  readonly clock: Clock
  readonly pause: Pause
}

export interface LearnedRefund {
  readonly order: Order
  readonly refund: Refund
}

/** Resolves with the order as it will be once what was learned is settled. */
export async function learnRefund(
  deps: LearnDeps,
  order: Order,
  told: ChannelRefund,
): Promise<LearnedRefund> {
  const now = deps.clock.now()
  const fact = factOfRefund(deps.mchid, told, { source: 'query', received_at: now })
  if (fact !== undefined) {
    await recordFact(deps, fact)
    return withRefund(transition(order, fact, now).order ?? order, told.out_refund_no)
  }
  const answer = { kind: 'accepted', refund_id: told.refund_id, refund_channel: told.refund_channel } as const
  const accepted = await updateOrder(deps, order.order_key, (current) => {
    if (current === undefined) throw new AppError('order_not_found')
    const save = recordRefundAnswer(current, told.out_refund_no, { answer, now: deps.clock.now() })
    return { save, result: save ?? current }
  })
  return withRefund(accepted, told.out_refund_no)
}

function withRefund(order: Order, outRefundNo: string): LearnedRefund {
  const refund = refundOf(order, outRefundNo)
  if (refund === undefined) throw new AppError('refund_not_found')
  return { order, refund }
}
