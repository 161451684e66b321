/** Holds an order for a person, and releases what was held: dismissed, or accepted as a fact of its own. */
import type { Clock } from '#shared/clock.ts'
import { AppError } from '#shared/errors.ts'
import type { Dispatcher } from '#shared/facts/dispatcher.ts'
import { acceptanceOf } from '#shared/facts/fact.ts'
import type { FactStore } from '#shared/facts/fact-store.ts'
import { recordFact } from '#shared/facts/record-fact.ts'
import {
  acceptedAt,
  acceptHold,
  dismissHold,
  hasRoomForHold,
  isAcceptable,
  MAX_AUDIT_ENTRIES,
  placeHold,
} from '#shared/orders/hold.ts'
import { orderKey } from '#shared/orders/order-key.ts'
import type { Order } from '#shared/orders/order.ts'
import type { OrderStore } from '#shared/orders/order-store.ts'
import { transition } from '#shared/orders/transition.ts'
import { updateOrder } from '#shared/orders/update-order.ts'
import type { Pause } from '#shared/pause.ts'
import type { HoldRequest, ReleaseRequest } from './schema.ts'

export interface HoldDeps {
  readonly mchid: string
  readonly orders: OrderStore
  readonly facts: Pick<FactStore, 'put' | 'get'>
  readonly dispatcher: Dispatcher
  readonly clock: Clock
  readonly pause: Pause
}

/**
 * Creates the operations. Both resolve with the order as it is, or will be once the accepted fact is settled.
 *
 * @throws AppError `order_not_found`, `hold_not_found`, `hold_not_acceptable`, `invalid_request` (too many entries).
 */
export function createHold(deps: HoldDeps) {
  return {
    place: (outTradeNo: string, signature: HoldRequest): Promise<Order> =>
      change(deps, outTradeNo, (order, now) => placed(order, signature, now)),

    async release(outTradeNo: string, { decision, ...release }: ReleaseRequest): Promise<Order> {
      if (decision === 'accept') return accept(deps, outTradeNo, release)
      return change(deps, outTradeNo, (order, now) =>
        dismissHold(withHold(order, release.hold), { ...release, now }),
      )
    },
  }
}

type Release = Omit<ReleaseRequest, 'decision'>

/** The audit entry comes first: an acceptance that nobody signed must not be possible. Repeating it is harmless. */
async function accept(deps: HoldDeps, outTradeNo: string, release: Release): Promise<Order> {
  const stored = await deps.facts.get(release.hold)
  if (stored === undefined) throw new AppError('hold_not_found')
  const { fact } = stored
  const noted = await change(deps, outTradeNo, (order, now) => {
    if (!isAcceptable(withHold(order, release.hold), fact)) throw new AppError('hold_not_acceptable')
    return acceptedAt(order, release.hold) === undefined ? acceptHold(order, { ...release, now }) : undefined
  })
  const now = acceptedAt(noted, release.hold)
  if (now === undefined) throw new AppError('internal_error', 'the acceptance was not noted')
  const acceptance = acceptanceOf(fact, now)
  await recordFact(deps, acceptance)
  return transition(noted, acceptance, now).order ?? noted
}

/** Repeating the request is harmless: the hold that is there is the answer. */
function placed(order: Order, signature: HoldRequest, now: number): Order | undefined {
  const held = placeHold(order, signature, now)
  if (held !== undefined && !hasRoomForHold(order))
    throw new AppError(
      'invalid_request',
      `the order has too many audit entries (${MAX_AUDIT_ENTRIES} at most)`,
    )
  return held
}

function change(
  deps: HoldDeps,
  outTradeNo: string,
  changed: (order: Order, now: number) => Order | undefined,
): Promise<Order> {
  return updateOrder(deps, orderKey(deps.mchid, outTradeNo), (order) => {
    if (order === undefined) throw new AppError('order_not_found')
    const save = changed(order, deps.clock.now())
    return { save, result: save ?? order }
  })
}

function withHold(order: Order, hold: string): Order {
  if (!Object.hasOwn(order.holds, hold)) throw new AppError('hold_not_found')
  return order
}
