/** Gives free what profit sharing keeps back of a payment. Nothing of it can be shared after that. */
import { AppError } from '#shared/errors.ts'
import { askUnfreeze, isUnfreezeOpen, isUnfreezeStopped } from '#shared/ledger/unfreeze.ts'
import type { UnfreezeAsked } from '#shared/ledger/unfreeze.ts'
import { changed } from '#shared/orders/changed.ts'
import { orderKey } from '#shared/orders/order-key.ts'
import type { Order } from '#shared/orders/order.ts'
import type { CallOptions } from '#shared/orders/payment-channel.ts'
import { updateOrder } from '#shared/orders/update-order.ts'
import type { Decision } from '#shared/orders/update-order.ts'
import { submitUnfreeze } from '#shared/payments/submit-unfreeze.ts'
import type { UnfreezeDeps as SubmitDeps, UnfreezeOutcome } from '#shared/payments/submit-unfreeze.ts'

export interface UnfreezeDeps extends SubmitDeps {
  readonly mchid: string
}

/**
 * Creates the operation. The request is remembered before WeChat is called. The same request again is sent again while its
 * outcome is not known, which has no second effect, and answered from the order when it is.
 *
 * @throws AppError `order_not_found`, `order_not_paid`, `order_held`, `unfreeze_number_used`, `operation_not_offered`.
 */
export function createUnfreeze(deps: UnfreezeDeps) {
  return async (outTradeNo: string, asked: UnfreezeAsked, call: CallOptions): Promise<UnfreezeOutcome> => {
    if (deps.channel.unfreeze === undefined) throw new AppError('operation_not_offered')
    const key = orderKey(deps.mchid, outTradeNo)
    const order = await updateOrder(deps, key, (current) => remembered(current, asked, deps.clock.now()))
    const { unfreeze } = order.books.ours
    return isUnfreezeOpen(unfreeze) && !isUnfreezeStopped(order.books)
      ? submitUnfreeze(deps, order, unfreeze, call)
      : { order }
  }
}

function remembered(order: Order | undefined, asked: UnfreezeAsked, now: number): Decision<Order> {
  if (order === undefined) throw new AppError('order_not_found')
  const answer = askUnfreeze(order.books, asked, now)
  if ('refused' in answer) throw new AppError(answer.refused)
  if ('known' in answer) return { result: order }
  const save = changed(order, { books: answer }, now)
  return { save, result: save }
}
