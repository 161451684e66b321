/** Dispatches again what has been pending for too long: oldest first, each claimed by one driver, less often the older it gets. */
import type { Clock } from '#shared/clock.ts'
import type { Dispatcher } from '#shared/facts/dispatcher.ts'
import { PENDING_SHARDS } from '#shared/facts/fact-store.ts'
import type { DueFact, FactStore } from '#shared/facts/fact-store.ts'
import { SWEEP_INTERVAL_MS } from '#shared/time-limits.ts'

const PAGE = 100
const EVER = Number.MAX_SAFE_INTEGER
const LONGEST_MS = 30 * SWEEP_INTERVAL_MS

export interface DriveFactsDeps {
  readonly facts: Pick<FactStore, 'listDue' | 'postpone'>
  readonly dispatcher: Dispatcher
  readonly clock: Clock
}

export interface FactsReport {
  readonly dispatched: number
  /** Age in seconds of the oldest pending fact, of the 100 a shard that are due first; 0 when none is pending. */
  readonly oldestSeconds: number
}

/**
 * Goes through all shards side by side until nothing is due or the signal fires; the rest stays due.
 *
 * @throws the error of a shard that failed, after the others are done.
 */
export async function driveFacts(
  deps: DriveFactsDeps,
  signal: AbortSignal | undefined,
): Promise<FactsReport> {
  const shards = Array.from({ length: PENDING_SHARDS }, (_, shard) => driveShard(deps, shard, signal))
  const settled = await Promise.allSettled(shards)
  const failed = settled.find((result) => result.status === 'rejected')
  if (failed !== undefined) throw failed.reason
  const reports = settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
  return {
    dispatched: reports.reduce((sum, { dispatched }) => sum + dispatched, 0),
    oldestSeconds: Math.max(...reports.map(({ oldestSeconds }) => oldestSeconds)),
  }
}

async function driveShard(
  deps: DriveFactsDeps,
  shard: number,
  signal: AbortSignal | undefined,
): Promise<FactsReport> {
  const inTime = () => signal?.aborted !== true
  let dispatched = 0
  let oldest = deps.clock.now()
  let due: readonly DueFact[]
  do {
    // Whatever is pending, due or not: the age of the oldest is told in every run, not only when its turn comes.
    const { facts } = await deps.facts.listDue(shard, { now: EVER, limit: PAGE })
    oldest = Math.min(oldest, ...facts.map(({ receivedAt }) => receivedAt))
    due = facts.filter(({ dueAt }) => dueAt <= deps.clock.now())
    for (const fact of due) if (await dispatchAgain(deps, fact)) dispatched += 1
  } while (due.length === PAGE && inTime())
  return { dispatched, oldestSeconds: Math.floor((deps.clock.now() - oldest) / 1000) }
}

/** Claims first: whoever dies after it leaves the fact to the next time it is due. */
async function dispatchAgain({ facts, dispatcher, clock }: DriveFactsDeps, fact: DueFact): Promise<boolean> {
  const now = clock.now()
  const age = now - fact.receivedAt
  const claimed = await facts.postpone(fact, now + Math.min(LONGEST_MS, Math.max(SWEEP_INTERVAL_MS, age)))
  if (claimed) await dispatcher.dispatch(fact.factKey)
  return claimed
}
