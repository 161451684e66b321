/** Refunds a paid order: reserve the amount, call WeChat once with the stored bytes, record what it answered. */
import { canonicalHash } from '#shared/crypto/canonical-hash.ts'
import { AppError } from '#shared/errors.ts'
import { mayBeSentAnew, reservationOf, reserve } from '#shared/ledger/reservation.ts'
import { changed } from '#shared/orders/changed.ts'
import { orderKey } from '#shared/orders/order-key.ts'
import { refundOf } from '#shared/orders/order.ts'
import type { Order, Refund } from '#shared/orders/order.ts'
import type { CallOptions } from '#shared/orders/payment-channel.ts'
import { updateOrder } from '#shared/orders/update-order.ts'
import type { Decision } from '#shared/orders/update-order.ts'
import { submitRefund } from '#shared/refunds/submit-refund.ts'
import type { RefundOutcome, SubmitDeps } from '#shared/refunds/submit-refund.ts'
import type { Switches } from '#shared/switches.ts'
import type { RefundRequest } from './schema.ts'

export interface RefundDeps extends SubmitDeps {
  /** Always sent: without it WeChat notifies refunds in APIv2 XML (doc merchant/4013071036). */
  readonly notifyUrl: string
  readonly switches: Switches
}

interface Reserved {
  readonly order: Order
  readonly refund: Refund
  /** False: the refund was there before and nothing may be sent for it now. */
  readonly fresh: boolean
}

/**
 * Creates the operation. The same number with the same body answers what is stored and sends nothing, unless WeChat
 * refused it for a reason that can be cured: then it is reserved and sent again. A refusal of ours leaves the number free.
 *
 * @returns the refund and its order; `error` when WeChat refused it for certain (the amount is given back).
 * @throws AppError `order_not_found`, `order_not_paid`, `order_held`, `refund_number_used`, `refund_exceeds_refundable`, `too_many_refunds`,
 *   `refunds_paused`.
 */
export function createRefund(deps: RefundDeps) {
  return async (outTradeNo: string, request: RefundRequest, call: CallOptions): Promise<RefundOutcome> => {
    const key = orderKey(deps.mchid, outTradeNo)
    // What would be refused must not use the number up.
    const { result: expected } = reserved(deps, await deps.orders.get(key), request)
    if (expected.fresh && (await deps.switches.isOn('refunds'))) throw new AppError('refunds_paused')
    // The pointer comes first: one without a reservation is harmless, a refund that cannot be found is not.
    const number = request.out_refund_no
    const { holder, claimId } = await deps.orders.claimRefundNumber(deps.mchid, number, key)
    if (holder !== key) throw new AppError('refund_number_used')
    const { fresh, ...reservation } = await updateOrder(deps, key, (order) =>
      reserved(deps, order, request),
    ).catch((error: unknown) => giveNumberBack(deps, { key, number, claimId, error }))
    return fresh ? submitRefund(deps, { ...reservation, first: true }, call) : reservation
  }
}

interface Overtaken {
  readonly key: string
  readonly number: string
  readonly claimId: string
  readonly error: unknown
}

/** Somebody else took the amount meanwhile. Whether the order has a refund of this number decides, not who asked first. */
async function giveNumberBack(
  { orders, mchid }: RefundDeps,
  { key, number, claimId, error }: Overtaken,
): Promise<never> {
  const order =
    error instanceof AppError && error.code !== 'storage_conflict' ? await orders.get(key) : undefined
  if (order !== undefined && refundOf(order, number) === undefined)
    await orders.releaseRefundNumber(mchid, number, claimId)
  throw error
}

function reserved(deps: RefundDeps, order: Order | undefined, request: RefundRequest): Decision<Reserved> {
  if (order === undefined) throw new AppError('order_not_found')
  const { out_refund_no } = request
  const request_hash = canonicalHash(request)
  const known = refundOf(order, out_refund_no)
  if (known !== undefined) {
    if (known.request_hash !== request_hash) throw new AppError('refund_number_used')
    const reservation = reservationOf(order.books, out_refund_no)
    const anew = known.status === 'FAILED' && reservation !== undefined && mayBeSentAnew(reservation)
    if (!anew) return { result: { order, refund: known, fresh: false } }
  }
  const asked = {
    out_refund_no,
    amount: request.amount.refund,
    request: wireBody(deps, order, request),
    request_hash,
  }
  const now = deps.clock.now()
  const taken = reserve(order.books, asked, now)
  if ('refused' in taken) throw new AppError(taken.refused)
  const save = changed(order, { books: taken }, now)
  const refund = refundOf(save, out_refund_no)
  if (refund === undefined) throw new AppError('internal_error')
  return { save, result: { order: save, refund, fresh: true } }
}

/** The bytes for WeChat, built once and stored; `total` is what was paid, never what a client says. */
function wireBody(
  { notifyUrl }: RefundDeps,
  order: Order,
  { out_refund_no, amount, reason, funds_account, goods_detail }: RefundRequest,
): string {
  return JSON.stringify({
    transaction_id: order.transaction_id,
    out_refund_no,
    reason,
    notify_url: notifyUrl,
    funds_account,
    amount: {
      refund: amount.refund,
      total: order.amount.total,
      currency: order.amount.currency,
      from: amount.from,
    },
    goods_detail,
  })
}
