/** Sends a remembered request to give money free, for the first time or again, and records what became of it. */
import { AppError } from '#shared/errors.ts'
import type { Books, Unfreeze } from '#shared/ledger/books.ts'
import { withUnfreeze } from '#shared/ledger/unfreeze.ts'
import { appErrorOf } from '#shared/orders/channel-app-error.ts'
import { ChannelError } from '#shared/orders/channel-error.ts'
import { changed } from '#shared/orders/changed.ts'
import type { LearnDeps } from '#shared/orders/learn-fact.ts'
import type { Order } from '#shared/orders/order.ts'
import type { CallOptions, PaymentChannel, UnfreezeAnswer } from '#shared/orders/payment-channel.ts'
import { updateOrder } from '#shared/orders/update-order.ts'

export interface UnsplitDeps extends Pick<LearnDeps, 'orders' | 'clock' | 'pause'> {
  readonly channel: Pick<PaymentChannel, 'unsplitAmount'>
}

export interface UnfreezeDeps extends UnsplitDeps {
  readonly channel: Pick<PaymentChannel, 'unfreeze' | 'unsplitAmount'>
}

export interface UnfreezeOutcome {
  readonly order: Order
  /** Present when WeChat refused it for certain. */
  readonly error?: AppError
}

/** The same bytes under the same number: WeChat answers a repeat with what became of it. */
export async function submitUnfreeze(
  deps: UnfreezeDeps,
  order: Order,
  unfreeze: Unfreeze,
  call: CallOptions,
): Promise<UnfreezeOutcome> {
  const transactionId = order.transaction_id
  const { unfreeze: send } = deps.channel
  if (send === undefined) throw new AppError('operation_not_offered')
  if (transactionId === undefined) throw new AppError('order_not_paid')
  const { out_order_no, description } = unfreeze
  let answer: UnfreezeAnswer
  try {
    const body = JSON.stringify({ transaction_id: transactionId, out_order_no, description })
    answer = await send(body, call)
  } catch (error) {
    if (!(error instanceof ChannelError)) throw error
    if (!isRefusal(error))
      return { order: await note(deps, order, out_order_no, { state: 'UNKNOWN', in_doubt: true }) }
    return refused(deps, order, { unfreeze, error, transactionId }, call)
  }
  const { order_id, state } = answer
  const told = await note(deps, order, out_order_no, { state, order_id })
  return { order: await withUnsplit(deps, told, call) }
}

interface Refused {
  readonly unfreeze: Unfreeze
  readonly error: ChannelError
  readonly transactionId: string
}

/** After an unknown outcome a refusal may be the echo of the request that got through: what is kept back says which. */
async function refused(
  deps: UnfreezeDeps,
  order: Order,
  { unfreeze, error, transactionId }: Refused,
  call: CallOptions,
): Promise<UnfreezeOutcome> {
  const { out_order_no, in_doubt } = unfreeze
  if (in_doubt && (await deps.channel.unsplitAmount?.(transactionId, call)) === 0)
    return {
      order: await withUnsplit(deps, await note(deps, order, out_order_no, { state: 'FINISHED' }), call),
    }
  const failure_code = error.wechatCode ?? error.code
  const failed = await note(deps, order, out_order_no, { state: 'FAILED', failure_code })
  return { order: failed, error: appErrorOf(error) }
}

/** Asks what profit sharing still keeps back, and shows it in the order; where that cannot be learned, the order stays as it is. */
export async function withUnsplit(
  { orders, clock, pause, channel }: UnsplitDeps,
  order: Order,
  call: CallOptions,
): Promise<Order> {
  const { transaction_id } = order
  if (transaction_id === undefined || channel.unsplitAmount === undefined) return order
  const amount = await channel.unsplitAmount(transaction_id, call).catch((error: unknown) => {
    if (error instanceof ChannelError) return undefined
    throw error
  })
  if (amount === undefined) return order
  return updateOrder({ orders, pause }, order.order_key, (current) => {
    if (current === undefined) throw new AppError('order_not_found')
    const ours = { ...current.books.ours, unsplit: { amount, at: clock.now() } }
    const save = changed(current, { books: { ours } }, clock.now())
    return { save, result: save }
  })
}

function note(
  { orders, clock, pause }: UnfreezeDeps,
  { order_key }: Order,
  outOrderNo: string,
  change: Partial<Unfreeze>,
): Promise<Order> {
  return updateOrder({ orders, pause }, order_key, (current) => {
    if (current === undefined) throw new AppError('order_not_found')
    const now = clock.now()
    const books: Partial<Books> | undefined = withUnfreeze(current.books, outOrderNo, {
      ...change,
      updated_at: now,
    })
    const save = books === undefined ? undefined : changed(current, { books }, now)
    return { save, result: save ?? current }
  })
}

/** WeChat answered about this very request; a wrong signature (401) and "come later" say nothing of it. */
function isRefusal({ certain, code, httpStatus }: ChannelError): boolean {
  return certain && httpStatus !== undefined && httpStatus !== 401 && code !== 'rate_limited'
}
