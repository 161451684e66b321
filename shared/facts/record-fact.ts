/** Stores what WeChat asserted and wakes settle up. A duplicate is not "done": only a settled one is. */
import type { Dispatcher } from './dispatcher.ts'
import type { FactStore } from './fact-store.ts'
import { conflictOf } from './fact.ts'
import type { Fact } from './fact.ts'

/**
 * - `stored`: new; will change its order exactly once.
 * - `duplicate_pending`: known and not yet settled; dispatched again.
 * - `duplicate_settled`: known and done.
 * - `conflict`: known with other content; kept beside it, will hold the order.
 */
export type Recorded = 'stored' | 'duplicate_pending' | 'duplicate_settled' | 'conflict'

interface Deps {
  readonly facts: Pick<FactStore, 'put'>
  readonly dispatcher: Dispatcher
}

/** Resolves only when the fact is durable and, unless settled, on the queue. One write and one send on the happy path. */
export async function recordFact(deps: Deps, fact: Fact): Promise<Recorded> {
  const put = await deps.facts.put(fact)
  if (put.stored) {
    await deps.dispatcher.dispatch(fact.fact_key)
    return 'stored'
  }
  const { existing } = put
  if (existing.pending) await deps.dispatcher.dispatch(fact.fact_key)
  if (existing.fact.content_hash !== fact.content_hash) return recordConflict(deps, fact)
  return existing.pending ? 'duplicate_pending' : 'duplicate_settled'
}

async function recordConflict({ facts, dispatcher }: Deps, fact: Fact): Promise<Recorded> {
  const conflict = conflictOf(fact)
  const put = await facts.put(conflict)
  if (put.stored || put.existing.pending) await dispatcher.dispatch(conflict.fact_key)
  return 'conflict'
}
