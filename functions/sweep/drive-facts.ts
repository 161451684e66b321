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
  /** Age in seconds of the oldest pending fact, of the 100 a shard that are due first; 0 when none is pending. Absent when no shard could be read. */
  readonly oldestSeconds?: number
  /** Whether all shards could be read. */
  readonly seen: boolean
  /** What kept a shard from being read or its facts from being dispatched. */
  readonly errors: readonly unknown[]
}

interface ShardReport {
  dispatched: number
  /** When the oldest of them was received; absent when the shard could not be read. Epoch ms. */
  oldest?: number
  readonly errors: unknown[]
}

/**
 * Goes through all shards side by side until nothing is due or the signal fires; the rest stays due. A shard that fails
 * does not stop the others, and a queue that is down does not keep anybody from knowing what waits for it.
 */
export async function driveFacts(
  deps: DriveFactsDeps,
  signal: AbortSignal | undefined,
): Promise<FactsReport> {
  const reports = await Promise.all(
    Array.from({ length: PENDING_SHARDS }, (_, shard) => driveShard(deps, shard, signal)),
  )
  const oldest = reports.flatMap((report) => report.oldest ?? [])
  return {
    dispatched: reports.reduce((sum, { dispatched }) => sum + dispatched, 0),
    ...(oldest.length === 0 ? {} : { oldestSeconds: secondsSince(Math.min(...oldest), deps.clock) }),
    seen: oldest.length === PENDING_SHARDS,
    errors: reports.flatMap(({ errors }) => errors),
  }
}

async function driveShard(
  deps: DriveFactsDeps,
  shard: number,
  signal: AbortSignal | undefined,
): Promise<ShardReport> {
  const report: ShardReport = { dispatched: 0, errors: [] }
  try {
    for (let more = true; more;) {
      // Whatever is pending, due or not: the age of the oldest is told in every run, not only when its turn comes.
      const { facts } = await deps.facts.listDue(shard, { now: EVER, limit: PAGE })
      const now = deps.clock.now()
      report.oldest = Math.min(report.oldest ?? now, ...facts.map(({ receivedAt }) => receivedAt))
      const due = facts.filter(({ dueAt }) => dueAt <= now)
      for (const fact of due) if (await dispatchAgain(deps, fact)) report.dispatched += 1
      more = due.length === PAGE && signal?.aborted !== true
    }
  } catch (error) {
    report.errors.push(error)
  }
  return report
}

function secondsSince(time: number, clock: Clock): number {
  return Math.floor((clock.now() - time) / 1000)
}

/** Claims first: whoever dies after it leaves the fact to the next time it is due. */
async function dispatchAgain({ facts, dispatcher, clock }: DriveFactsDeps, fact: DueFact): Promise<boolean> {
  const now = clock.now()
  const age = now - fact.receivedAt
  const claimed = await facts.postpone(fact, now + Math.min(LONGEST_MS, Math.max(SWEEP_INTERVAL_MS, age)))
  if (claimed) await dispatcher.dispatch(fact.factKey)
  return claimed
}
