/** Drives one due order: claims it, then asks WeChat about whatever of it is open. */
import { isDoubted, isOpen } from '#shared/orders/check-plan.ts'
import { attemptedAt } from '#shared/orders/order.ts'
import type { Order } from '#shared/orders/order.ts'
import { touched } from '#shared/orders/touched.ts'
import { updateOrder } from '#shared/orders/update-order.ts'
import { driveRefund } from './drive-refund.ts'
import { driveUnpaid } from './drive-unpaid.ts'
import type { CallOptions } from '#shared/orders/payment-channel.ts'
import { REQUEST_OVER_MS, SWEEP_INTERVAL_MS, SWEEP_TIMEOUT_MS } from '#shared/time-limits.ts'
import { CircuitOpen } from './circuit.ts'
import type { DriveDeps } from './drive-deps.ts'

/**
 * @returns false when another driver has the order.
 *
 * Claims it under its version: of two drivers one gets it, and a driver that dies leaves it to the next run. The
 * time of the next look alone would not do, because a point of the plan may be only a moment away.
 */
export async function driveOrder(deps: DriveDeps, orderKey: string, call: CallOptions): Promise<boolean> {
  const claimed = await claim(deps, orderKey)
  if (claimed === undefined) return false
  if (claimed.status === 'CREATED' || claimed.status === 'AWAITING_PAYMENT') {
    await driveUnpaid(deps, claimed, call)
    return true
  }
  await driveRefunds(deps, claimed, call)
  return true
}

/** One that cannot be asked must not keep the others waiting. @throws the first error, after all had their turn */
async function driveRefunds(deps: DriveDeps, order: Order, call: CallOptions): Promise<void> {
  const now = deps.clock.now()
  // A younger one may still be in the hands of the request that made it.
  const open = Object.values(order.refunds).filter(
    (refund) => (isOpen(refund) || isDoubted(refund)) && now - attemptedAt(refund) >= REQUEST_OVER_MS,
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

function claim(deps: DriveDeps, orderKey: string): Promise<Order | undefined> {
  const now = deps.clock.now()
  return updateOrder(deps, orderKey, (order) => {
    if (order?.next_check_at === undefined || order.next_check_at > now) return { result: undefined }
    if (order.claimed_until !== undefined && order.claimed_until > now) return { result: undefined }
    const save = { ...touched(order, now), claimed_until: now + SWEEP_TIMEOUT_MS }
    return { save, result: save }
  })
}
