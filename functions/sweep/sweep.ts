/** Drives what stopped half-way: facts that are still pending a minute after they were stored are dispatched again. */
import type { Clock } from '#shared/clock.ts'
import type { Dispatcher } from '#shared/facts/dispatcher.ts'
import { PENDING_SHARDS } from '#shared/facts/fact-store.ts'
import type { FactStore } from '#shared/facts/fact-store.ts'
import type { Logger } from '#shared/log.ts'

const PENDING_AGE_MS = 60_000
/** Per shard and run: 1,600 facts a run keep well inside the run's time; the rest follows a minute later. */
const BATCH = 100

export interface SweepDeps {
  readonly facts: Pick<FactStore, 'listPending'>
  readonly dispatcher: Dispatcher
  readonly clock: Clock
  readonly logger: Logger
}

/** Creates the operation. A shard that fails does not stop the others; the error of the last one is thrown at the end. */
export function createSweep(deps: SweepDeps) {
  return async (): Promise<void> => {
    const shards = Array.from({ length: PENDING_SHARDS }, (_, shard) => redispatch(deps, shard))
    const results = await Promise.allSettled(shards)
    const count = results.reduce((sum, result) => sum + (result.status === 'fulfilled' ? result.value : 0), 0)
    deps.logger.info('SWEPT', { count })
    const failed = results.find((result) => result.status === 'rejected')
    if (failed !== undefined) throw failed.reason
  }
}

async function redispatch({ facts, dispatcher, clock }: SweepDeps, shard: number): Promise<number> {
  const page = await facts.listPending(shard, { before: clock.now() - PENDING_AGE_MS, limit: BATCH })
  for (const factKey of page.factKeys) await dispatcher.dispatch(factKey)
  return page.factKeys.length
}
