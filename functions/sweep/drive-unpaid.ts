/** Brings an unpaid order on: query; when its time to pay has passed, close it at WeChat, and only then record CLOSED. */
import { AppError } from '#shared/errors.ts'
import { closesAt } from '#shared/ledger/look-plan.ts'
import { changed } from '#shared/orders/changed.ts'
import { isUnclear, isUnpaid } from '#shared/orders/order.ts'
import type { Order } from '#shared/orders/order.ts'
import type { CallOptions } from '#shared/orders/payment-channel.ts'
import { updateOrder } from '#shared/orders/update-order.ts'
import { closePayment } from '#shared/payments/close-payment.ts'
import { ifKnown, learnPayment } from '#shared/payments/learn-payment.ts'
import type { DriveDeps } from './drive-deps.ts'

/** After this, no prepay call that a crash left behind can still be on its way. */
const ABANDONED_MS = 10 * 60_000

/** What a claimed order needs whose payment may still be learned. Whatever is learned becomes a fact. @returns whether WeChat knows the order. */
export async function driveUnpaid(deps: DriveDeps, order: Order, call: CallOptions): Promise<boolean> {
  const { out_trade_no } = order
  const told = await ifKnown(() => deps.channel.queryOrder(out_trade_no, call))
  if (told === undefined) {
    await abandon(deps, order)
    return false
  }
  deps.logger.info('ORDER_QUERIED', { out_trade_no, outcome: told.trade_state })
  const learned = await learnPayment(deps, order, told)
  const expired = isUnpaid(order) && deps.clock.now() >= closesAt(order)
  // One that looks final at WeChat is left to the person who has to look.
  if (learned.fact === undefined && expired && !isUnclear(learned.order))
    await close(deps, learned.order, call)
  return true
}

/** A crash before the prepay call, or a call that never arrived: the number is free again. A repeat of the request goes on with it. */
async function abandon(
  deps: DriveDeps,
  { order_key, out_trade_no, status, created_at }: Order,
): Promise<void> {
  const now = deps.clock.now()
  if (status === 'AWAITING_PAYMENT') return deps.logger.error('ORDER_VANISHED', { out_trade_no })
  if (status !== 'CREATED') return
  if (now - created_at < ABANDONED_MS) return
  await updateOrder(deps, order_key, (order) => {
    if (order === undefined) throw new AppError('order_not_found')
    if (order.status !== 'CREATED') return { result: undefined }
    const ours = { ...order.books.ours, placing: 'REJECTED', rejected_code: 'ORDER_NOT_EXIST' } as const
    return { save: changed(order, { books: { ours } }, now), result: undefined }
  })
  deps.logger.info('ORDER_ABANDONED', { out_trade_no })
}

/** A payment may win against the close: then that is what was recorded. */
async function close(deps: DriveDeps, order: Order, call: CallOptions): Promise<void> {
  const { fact } = await closePayment(deps, order, call)
  if (fact.state === 'CLOSED') deps.logger.info('ORDER_EXPIRED', { out_trade_no: order.out_trade_no })
}
