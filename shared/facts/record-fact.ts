/** Stores what WeChat asserted and wakes settle up. A duplicate is not "done": only a settled one is. */
import type { Dispatcher } from './dispatcher.ts'
import type { FactStore } from './fact-store.ts'
import { conflictOf } from './fact.ts'
import type { Storable, StoredFact } from './fact.ts'

/**
 * - `stored`: new; will change its order exactly once.
 * - `duplicate_pending`: known and not yet settled; dispatched again.
 * - `duplicate_settled`: known and done.
 * - `conflict`: known with other content; kept beside it, will hold the order.
 */
export type Recorded = 'stored' | 'duplicate_pending' | 'duplicate_settled' | 'conflict'

export interface RecordDeps {
  readonly facts: Pick<FactStore, 'put'>
  readonly dispatcher: Dispatcher
}

/** What is stored of a telling after it was put. */
export interface Kept {
  readonly recorded: Recorded
  /** Every fact of its key that its order has to know: the one that was first, and one that contradicts it. */
  readonly facts: readonly StoredFact[]
}

/**
 * Resolves only when the fact is durable and, unless settled, on the queue. One write and one send on the happy path.
 *
 * @param correlationId of the request that brought it, for the log of whoever settles it.
 */
export async function recordFact(
  deps: RecordDeps,
  fact: Storable,
  correlationId?: string,
): Promise<Recorded> {
  const put = await deps.facts.put(fact)
  if (put.stored) {
    await deps.dispatcher.dispatch(fact.fact_key, correlationId)
    return 'stored'
  }
  const { recorded, facts } = await keepAgain(deps, fact, put.existing)
  await dispatchPending(deps, facts, correlationId)
  return recorded
}

/** Resolves when the fact is durable, whether it is the first of its key, a repeat or a contradiction. */
export async function keepFact(deps: Pick<RecordDeps, 'facts'>, fact: Storable): Promise<Kept> {
  const put = await deps.facts.put(fact)
  return put.stored
    ? { recorded: 'stored', facts: [{ fact, pending: true }] }
    : keepAgain(deps, fact, put.existing)
}

/** Of a key that has a fact. */
async function keepAgain(
  { facts }: Pick<RecordDeps, 'facts'>,
  fact: Storable,
  existing: StoredFact,
): Promise<Kept> {
  if (existing.fact.content_hash === fact.content_hash)
    return { recorded: existing.pending ? 'duplicate_pending' : 'duplicate_settled', facts: [existing] }
  const conflict = conflictOf(fact)
  const kept = await facts.put(conflict)
  const second = kept.stored ? { fact: conflict, pending: true } : kept.existing
  return { recorded: 'conflict', facts: [existing, second] }
}

/** Wakes settle up for what is not settled. */
export async function dispatchPending(
  { dispatcher }: Pick<RecordDeps, 'dispatcher'>,
  facts: readonly StoredFact[],
  correlationId?: string,
): Promise<void> {
  for (const { fact, pending } of facts) if (pending) await dispatcher.dispatch(fact.fact_key, correlationId)
}
