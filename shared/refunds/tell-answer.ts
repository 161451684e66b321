/**
 * What WeChat answers to a refund: it joins the books of its order in one write, as a fact would, and whoever asked publishes its
 * events. It needs no item of its own and no queue: the order keeps what is to be published until it is.
 */
import { currentTrace } from '#shared/ambient-trace.ts'
import { tellUntold } from '#shared/events/publish-event.ts'
import type { TellDeps } from '#shared/events/publish-event.ts'
import type { RefundFact } from '#shared/facts/fact.ts'
import { failureFields } from '#shared/failure-fields.ts'
import type { Logger } from '#shared/log.ts'
import { applyFact } from '#shared/orders/apply-fact.ts'
import { learnFact } from '#shared/orders/learn-fact.ts'
import type { LearnDeps } from '#shared/orders/learn-fact.ts'
import type { Order } from '#shared/orders/order.ts'
import type { CallOptions } from '#shared/orders/payment-channel.ts'
import { withMark } from '#shared/orders/untold.ts'
import { updateOrder } from '#shared/orders/update-order.ts'

/** A topic that is slow must not make refunds slow: the sweep has what is not published by then. */
const PATIENCE_MS = 1000

export interface TellAnswerDeps extends LearnDeps, TellDeps {
  readonly logger: Logger
}

/** Resolves with the order as it is stored now, told or not. */
export async function tellAnswer(
  deps: TellAnswerDeps,
  order: Order,
  fact: RefundFact,
  { signal }: CallOptions,
): Promise<Order> {
  const { marked, known } = await mark(deps, order, fact)
  if (marked === undefined) return learnFact(deps, known, fact)
  const patience = AbortSignal.timeout(PATIENCE_MS)
  const limited = { signal: signal === undefined ? patience : AbortSignal.any([signal, patience]) }
  try {
    return (await tellUntold(deps, marked, fact.fact_key, limited)).order
  } catch (error) {
    const { out_trade_no, out_refund_no } = fact
    deps.logger.warn('ANSWER_NOT_TOLD', { out_trade_no, out_refund_no, ...failureFields(error) })
    return marked
  }
}

interface Marked {
  /** Undefined where somebody else told of it before: that is a fact, and so is what contradicts it. */
  readonly marked?: Order
  readonly known: Order
}

function mark(deps: TellAnswerDeps, order: Order, fact: RefundFact): Promise<Marked> {
  const trace = currentTrace()
  return updateOrder<Marked>(
    deps,
    order.order_key,
    (current = order) => {
      if (Object.hasOwn(current.handled, fact.fact_key)) return { result: { known: current } }
      const now = deps.clock.now()
      const applied = applyFact(current, fact, now)
      if (!applied.isNew) return { result: { known: current } }
      const save = withMark(current, { applied, fact, trace, now })
      return { save, result: { marked: save, known: save } }
    },
    order,
  )
}
