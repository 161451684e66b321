/** Drives one due order: claims it, then asks WeChat about whatever of it is open. */
import { isOpen } from '#shared/orders/check-plan.ts'
import type { Order } from '#shared/orders/order.ts'
import { touched } from '#shared/orders/touched.ts'
import { updateOrder } from '#shared/orders/update-order.ts'
import { driveRefund } from './drive-refund.ts'
import { driveUnpaid } from './drive-unpaid.ts'
import type { DriveCall, DriveDeps } from './drive-deps.ts'

/** A refund younger than this may still be in the hands of the request that made it. */
const IN_FLIGHT_MS = 60_000
/** No run of the sweep lasts longer (its Lambda timeout), and the next one begins a minute after it. */
const CLAIM_MS = 55_000

/** What became of a due order; counted in the run's report. */
export type Driven = 'claimed_by_another' | 'nothing_open' | 'unpaid' | 'refund'

/**
 * Claims the order under its version: of two drivers one gets it, and a driver that dies leaves it to the next run. The
 * time of the next look alone would not do, because a point of the plan may be only a moment away.
 */
export async function driveOrder(deps: DriveDeps, orderKey: string, call: DriveCall): Promise<Driven> {
  const claimed = await claim(deps, orderKey)
  if (claimed === undefined) return 'claimed_by_another'
  if (claimed.status === 'CREATED' || claimed.status === 'AWAITING_PAYMENT') {
    await driveUnpaid(deps, claimed, call)
    return 'unpaid'
  }
  const now = deps.clock.now()
  const open = Object.values(claimed.refunds).filter(
    (refund) => isOpen(refund) && now - refund.created_at >= IN_FLIGHT_MS,
  )
  // One after the other: WeChat wants a minute between refunds of one order, so at most one of them is sent again.
  let maySend = true
  for (const refund of open) {
    const sent = await driveRefund(deps, { order: claimed, refund, maySend }, call)
    maySend &&= !sent
  }
  return open.length === 0 ? 'nothing_open' : 'refund'
}

function claim(deps: DriveDeps, orderKey: string): Promise<Order | undefined> {
  const now = deps.clock.now()
  return updateOrder(deps, orderKey, (order) => {
    if (order?.next_check_at === undefined || order.next_check_at > now) return { result: undefined }
    if (order.claimed_until !== undefined && order.claimed_until > now) return { result: undefined }
    const save = { ...touched(order, now), claimed_until: now + CLAIM_MS }
    return { save, result: save }
  })
}
