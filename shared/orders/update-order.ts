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

/** What is thought to be stored. */
type Known = Order | 'absent'

interface Deps {
  readonly orders: OrderStore
  readonly pause: Pause
}

/**
 * Changes an order under its version. `decide` is called anew with the fresh order after each lost race, so it must be pure.
 *
 * @param known the order as it was read or written a moment ago, or that none is thought to be there: a change that builds upon that
 *   is tried first, and costs no read. That it is so is what the write asks for; everything else is decided by the order as it is.
 * @throws AppError `storage_conflict` when the race is lost 12 times.
 */
export async function updateOrder<Result>(
  { orders, pause }: Deps,
  key: string,
  decide: (order: Order | undefined) => Decision<Result>,
  known?: Known,
): Promise<Result> {
  const expected = known === undefined ? undefined : changeOf(known, decide)
  if (expected !== undefined && (await orders.save(expected.save))) return expected.result
  for (let attempt = 1; attempt <= MAX_TRIES; attempt += 1) {
    const { save, result } = decide(await orders.get(key))
    if (save === undefined || (await orders.save(save))) return result
    await pause(attempt * PAUSE_STEP_MS)
  }
  throw new AppError('storage_conflict')
}

/** @returns undefined where the order as it was known is to be left, or refused: that is not for an older reading to say. */
function changeOf<Result>(
  known: Known,
  decide: (order: Order | undefined) => Decision<Result>,
): { readonly save: Order; readonly result: Result } | undefined {
  try {
    const { save, result } = decide(known === 'absent' ? undefined : known)
    return save === undefined ? undefined : { save, result }
  } catch (error) {
    if (error instanceof AppError) return undefined
    throw error
  }
}
