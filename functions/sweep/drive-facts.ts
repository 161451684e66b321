/** Dispatches again what has been pending for too long: oldest first, each claimed by one driver, less often the older it gets. */
import type { Clock } from '#shared/clock.ts'
import type { Dispatcher } from '#shared/facts/dispatcher.ts'
import { PENDING_SHARDS } from '#shared/facts/fact-store.ts'
import type { DueFact, FactStore } from '#shared/facts/fact-store.ts'
import { SWEEP_INTERVAL_MS } from '#shared/time-limits.ts'

const PAGE = 100
const LONGEST_MS = 30 * SWEEP_INTERVAL_MS
/** By then a queue that was down is back, and what still waits will mostly never be settled: it is not to fill the dead letters. */
const HOPELESS_MS = 2 * 24 * 60 * SWEEP_INTERVAL_MS
const HOPELESS_PAUSE_MS = 6 * 60 * SWEEP_INTERVAL_MS

export interface DriveFactsDeps {
  readonly facts: Pick<FactStore, 'listDue' | 'oldestPending' | 'postpone'>
  readonly dispatcher: Dispatcher
  readonly clock: Clock
}

export interface FactsReport {
  readonly dispatched: number
  /** Age in seconds of the oldest pending fact, of all shards that could be read; 0 when none is pending. Absent when no shard could be read. */
  readonly oldestSeconds?: number
  /** Whether all shards could be read. */
  readonly seen: boolean
  /** What kept a shard from being read or its facts from being dispatched. */
  readonly errors: readonly unknown[]
}

interface ShardReport {
  readonly dispatched: number
  /** When the oldest of them was received, now when none is pending; absent when the shard could not be read. Epoch ms. */
  readonly oldest: number | undefined
  readonly errors: readonly unknown[]
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

/** In every run, due or not: the age of the oldest is told, and no queue that is down keeps it from being told. */
async function driveShard(
  deps: DriveFactsDeps,
  shard: number,
  signal: AbortSignal | undefined,
): Promise<ShardReport> {
  const errors: unknown[] = []
  const failed = (error: unknown): undefined => void errors.push(error)
  const oldest = await deps.facts.oldestPending(shard).catch(failed)
  const nothing = oldest === undefined && errors.length === 0
  if (nothing) return { oldest: deps.clock.now(), dispatched: 0, errors }
  const { dispatched, listed } = await dispatchDue(deps, { shard, signal, failed })
  return { oldest: listed ? oldest : undefined, dispatched, errors }
}

interface Dispatching {
  readonly shard: number
  readonly signal: AbortSignal | undefined
  readonly failed: (error: unknown) => undefined
}

async function dispatchDue(deps: DriveFactsDeps, { shard, signal, failed }: Dispatching) {
  let dispatched = 0
  for (let more = true; more;) {
    const now = deps.clock.now()
    const page = await deps.facts.listDue(shard, { now, limit: PAGE }).catch(failed)
    if (page === undefined) return { dispatched, listed: false }
    try {
      for (const fact of page.facts) if (await dispatchAgain(deps, fact)) dispatched += 1
    } catch (error) {
      failed(error)
      break
    }
    more = page.more && signal?.aborted !== true
  }
  return { dispatched, listed: true }
}

function secondsSince(time: number, clock: Clock): number {
  return Math.floor((clock.now() - time) / 1000)
}

/** Claims first: whoever dies after it leaves the fact to the next time it is due. */
async function dispatchAgain({ facts, dispatcher, clock }: DriveFactsDeps, fact: DueFact): Promise<boolean> {
  const now = clock.now()
  const claimed = await facts.postpone(fact, now + pauseAt(now - fact.receivedAt))
  if (claimed) await dispatcher.dispatch(fact.factKey)
  return claimed
}

/** Until a fact of this age is dispatched once more. */
function pauseAt(age: number): number {
  return age < HOPELESS_MS ? Math.min(LONGEST_MS, Math.max(SWEEP_INTERVAL_MS, age)) : HOPELESS_PAUSE_MS
}
