/** Read, decide, write if nobody else did meanwhile, else again: the one way in which orders change. */
import { AppError } from '#shared/errors.ts'
import type { Pause } from '#shared/pause.ts'
import type { Order } from './order.ts'
import type { OrderStore } from './order-store.ts'

const MAX_TRIES = 12
const PAUSE_STEP_MS = 8

/** What a decision gives: the order to save (already its next version), or none, and the result to return. */
export interface Decision<Result> {
  readonly save?: Order | undefined
  readonly result: Result
}

interface Deps {
  readonly orders: OrderStore
  readonly pause: Pause
}

/**
 * Changes an order under its version. `decide` is called anew with the fresh order after each lost race, so it must be pure.
 *
 * @throws AppError `storage_conflict` when the race is lost 12 times.
 */
export async function updateOrder<Result>(
  { orders, pause }: Deps,
  key: string,
  decide: (order: Order | undefined) => Decision<Result>,
): Promise<Result> {
  for (let attempt = 1; attempt <= MAX_TRIES; attempt += 1) {
    const { save, result } = decide(await orders.get(key))
    if (save === undefined || (await orders.save(save))) return result
    await pause(attempt * PAUSE_STEP_MS)
  }
  throw new AppError('storage_conflict')
}
