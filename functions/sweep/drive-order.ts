/** Drives one due order: claims it, asks WeChat about whatever of it is open, and only then says when it is looked at next. */
import { looked, lookFailed } from '#shared/orders/looked.ts'
import { attemptedAt, isDoubted, isOpen, isPaymentOpen, isUnclear } from '#shared/orders/order.ts'
import type { Order, Refund } from '#shared/orders/order.ts'
import type { DueOrder } from '#shared/orders/order-store.ts'
import { untoldBefore } from '#shared/orders/untold.ts'
import { updateOrder } from '#shared/orders/update-order.ts'
import { isUnfreezeOpen, isUnfreezeStopped } from '#shared/ledger/unfreeze.ts'
import { submitUnfreeze } from '#shared/payments/submit-unfreeze.ts'
import { driveNamed } from './drive-named.ts'
import { driveRefund } from './drive-refund.ts'
import { driveUnpaid } from './drive-unpaid.ts'
import type { CallOptions } from '#shared/orders/payment-channel.ts'
import {
  API_GATEWAY_WAIT_MS,
  REQUEST_OVER_MS,
  SWEEP_INTERVAL_MS,
  SWEEP_TIMEOUT_MS,
} from '#shared/time-limits.ts'
import { CircuitOpen, isRefusal } from './circuit.ts'
import type { DriveDeps } from './drive-deps.ts'

/** Long enough not to be met in every run, short enough for a release that can read it. */
const UNREADABLE_MS = 15 * SWEEP_INTERVAL_MS

export type Driven =
  | { readonly outcome: 'looked_at' | 'left_to_another' }
  /** This release cannot read it, and looks at it again in a while. */
  | { readonly outcome: 'unreadable'; readonly error: unknown }

/**
 * Of two drivers one gets the order: the claim holds for as long as a run may last, however near the next look is. A driver
 * that dies leaves the order due, and to whoever comes when its claim is over.
 *
 * @throws whatever kept the look from being made; it stays to be made.
 */
export async function driveOrder(deps: DriveDeps, due: DueOrder, call: CallOptions): Promise<Driven> {
  const now = deps.clock.now()
  const claimed = await deps.orders.claim(due, { now, until: now + SWEEP_TIMEOUT_MS })
  if (claimed === undefined) return { outcome: 'left_to_another' }
  if ('unreadable' in claimed) {
    await deps.orders.putOff(due, deps.clock.now() + UNREADABLE_MS)
    return { outcome: 'unreadable', error: claimed.unreadable }
  }
  const { order } = claimed
  try {
    const known = await look(deps, order, call)
    await plan(deps, order, (current) => looked(current, deps.clock.now(), { known }))
  } catch (error) {
    const refused = isRefusal(error)
    // What cannot be written stays due as it is.
    await plan(deps, order, (current) => lookFailed(current, deps.clock.now(), { refused })).catch(() => {})
    throw error
  }
  return { outcome: 'looked_at' }
}

/** @returns whether WeChat knows what it was asked about. */
async function look(deps: DriveDeps, order: Order, call: CallOptions): Promise<boolean> {
  // Refunds do not wait for a queue that is down.
  const [untold] = await Promise.allSettled([driveUntold(deps, order)])
  const known = isPaymentOpen(order) ? await driveUnpaid(deps, order, call) : true
  await driveRefunds(deps, order, call)
  await driveNamed(deps, order, call)
  await driveUnfreeze(deps, order, call)
  if (untold.status === 'rejected') throw untold.reason
  return known
}

/** Wakes settle up for what was not published by whoever learned it; a younger one may still be at it. */
async function driveUntold({ dispatcher, clock }: DriveDeps, order: Order): Promise<void> {
  for (const factKey of untoldBefore(order, clock.now() - API_GATEWAY_WAIT_MS))
    await dispatcher.dispatch(factKey)
}

async function driveUnfreeze(deps: DriveDeps, order: Order, call: CallOptions): Promise<void> {
  const { unfreeze } = order.books.ours
  if (!isUnfreezeOpen(unfreeze) || deps.clock.now() - unfreeze.updated_at < REQUEST_OVER_MS) return
  if (isUnfreezeStopped(order.books)) return
  // From here on a refusal may be the echo of an earlier request.
  await submitUnfreeze(deps, order, { ...unfreeze, in_doubt: true }, call)
}

/** One that cannot be asked must not keep the others waiting. @throws the first error, after all had their turn */
async function driveRefunds(deps: DriveDeps, order: Order, call: CallOptions): Promise<void> {
  const now = deps.clock.now()
  // A younger one may still be in the hands of the request that made it.
  const open = Object.values(order.refunds).filter(
    (refund) => mayBeAsked(order, refund) && now - attemptedAt(refund) >= REQUEST_OVER_MS,
  )
  // WeChat wants a minute between refunds of one order: one of them is sent again, another one the next time.
  const turn = Math.floor(now / SWEEP_INTERVAL_MS) % Math.max(1, open.length)
  const errors: unknown[] = []
  let maySend = true
  for (const refund of [...open.slice(turn), ...open.slice(0, turn)]) {
    try {
      if (await driveRefund(deps, { order, refund, maySend }, call)) maySend = false
    } catch (error) {
      if (error instanceof CircuitOpen) throw error
      errors.push(error)
    }
  }
  if (errors.length > 0) throw errors[0]
}

function mayBeAsked(order: Order, refund: Refund): boolean {
  return isOpen(refund) || isDoubted(refund) || isUnclear(order, refund.out_refund_no)
}

/** Mostly nobody wrote the order since it was claimed: then no read is needed. */
async function plan(deps: DriveDeps, claimed: Order, next: (order: Order) => Order): Promise<void> {
  if (await deps.orders.save(next(claimed))) return
  await updateOrder(deps, claimed.order_key, (order) => {
    const ours = order?.claim_id === claimed.claim_id && order?.next_check_at !== undefined
    return ours ? { save: next(order), result: undefined } : { result: undefined }
  })
}
