/** Where facts are kept: a port with a DynamoDB and an in-memory engine that pass the same contract test. */
import { SWEEP_INTERVAL_MS } from '#shared/time-limits.ts'
import type { Storable, StoredFact } from './fact.ts'

export const PENDING_SHARDS = 16

export type PutResult = { readonly stored: true } | { readonly stored: false; readonly existing: StoredFact }

/** After this, a fact that is still pending is dispatched again for the first time: settle has it before the sweep looks. */
export const FIRST_DISPATCH_AGAIN_MS = SWEEP_INTERVAL_MS

/** A pending fact that is due to be dispatched again. Epoch ms. */
export interface DueFact {
  readonly factKey: string
  readonly receivedAt: number
  readonly dueAt: number
}

export interface DueFactsPage {
  readonly facts: readonly DueFact[]
  /** More facts match than were returned. */
  readonly more: boolean
}

export interface FactStore {
  /** Stores a fact as pending if its key is absent, else returns what is there. One write, no read. */
  put(fact: Storable): Promise<PutResult>
  /** Reads consistently. */
  get(factKey: string): Promise<StoredFact | undefined>
  /**
   * Ends the delivery of a fact (removes it from the pending index). Repeating it is harmless.
   *
   * @param keep.until when it may be deleted, epoch ms. @default never
   */
  markSettled(factKey: string, at: number, keep?: { readonly until: number }): Promise<void>
  /** Pending facts of one shard (0 to 15) that are due at `now` (epoch ms), earliest first. May lag behind writes. */
  listDue(shard: number, options: { readonly now: number; readonly limit: number }): Promise<DueFactsPage>
  /** When the oldest pending fact of a shard was received, due or not (epoch ms); undefined when none is pending. May lag behind writes. */
  oldestPending(shard: number): Promise<number | undefined>
  /**
   * Claims a due fact by moving its time on to `until` (epoch ms).
   *
   * @returns false when it was settled or claimed by another driver meanwhile; nothing is written then.
   */
  postpone(fact: DueFact, until: number): Promise<boolean>
}
