/** Brings an unpaid order on: query; when its time to pay has passed, close it at WeChat, and only then record CLOSED. */
import { createClose } from '#functions/close/close.ts'
import { AppError } from '#shared/errors.ts'
import { factOfTransaction } from '#shared/facts/facts-of.ts'
import { recordFact } from '#shared/facts/record-fact.ts'
import { expiresAt } from '#shared/orders/check-plan.ts'
import type { Order } from '#shared/orders/order.ts'
import { touched } from '#shared/orders/touched.ts'
import { updateOrder } from '#shared/orders/update-order.ts'
import { ChannelError } from '#shared/orders/channel-error.ts'
import type { Transaction } from '#shared/facts/telling.ts'
import type { CallOptions } from '#shared/orders/payment-channel.ts'
import type { DriveDeps } from './drive-deps.ts'

/** After this, no prepay call that a crash left behind can still be on its way. */
const ABANDONED_MS = 10 * 60_000

/** What a claimed, unpaid order needs. Whatever is learned becomes a fact. */
export async function driveUnpaid(deps: DriveDeps, order: Order, call: CallOptions): Promise<void> {
  const transaction = await asked(deps, order, call)
  if (transaction === undefined) return abandon(deps, order)
  const now = deps.clock.now()
  const fact = factOfTransaction(transaction, { source: 'query', received_at: now })
  deps.logger.info('ORDER_QUERIED', { out_trade_no: order.out_trade_no, outcome: transaction.trade_state })
  if (fact !== undefined) {
    await recordFact(deps, fact)
  } else if (now >= expiresAt(order)) {
    await close(deps, order, call)
  } else if (order.status === 'CREATED') {
    await updateOrder(deps, order.order_key, (current) =>
      current?.status === 'CREATED'
        ? { save: touched({ ...current, status: 'AWAITING_PAYMENT' }, now), result: undefined }
        : { result: undefined },
    )
  }
}

async function asked(
  { wechat }: DriveDeps,
  { out_trade_no }: Order,
  call: CallOptions,
): Promise<Transaction | undefined> {
  try {
    return await wechat.queryOrder(out_trade_no, call)
  } catch (error) {
    if (error instanceof ChannelError && error.code === 'not_found') return undefined
    throw error
  }
}

/** A crash before the prepay call, or a call that never arrived: the number is free again. A repeat of the request goes on with it. */
async function abandon(
  deps: DriveDeps,
  { order_key, out_trade_no, status, created_at }: Order,
): Promise<void> {
  const now = deps.clock.now()
  if (status !== 'CREATED') return deps.logger.error('ORDER_VANISHED', { out_trade_no })
  if (now - created_at < ABANDONED_MS) return
  await updateOrder(deps, order_key, (order) => {
    if (order === undefined) throw new AppError('order_not_found')
    if (order.status !== 'CREATED') return { result: undefined }
    return {
      save: touched({ ...order, status: 'REJECTED', rejected_code: 'ORDER_NOT_EXIST' }, now),
      result: undefined,
    }
  })
  deps.logger.info('ORDER_ABANDONED', { out_trade_no })
}

/** A payment may win against the close: then that is what is recorded. */
async function close(deps: DriveDeps, { out_trade_no }: Order, call: CallOptions): Promise<void> {
  try {
    await createClose(deps)(out_trade_no, call)
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'order_already_paid') throw error
    return
  }
  deps.logger.info('ORDER_EXPIRED', { out_trade_no })
}
