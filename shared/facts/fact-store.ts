/** Where facts are kept: a port with a DynamoDB and an in-memory engine that pass the same contract test. */
import type { Fact, StoredFact } from './fact.ts'

export const PENDING_SHARDS = 16

export type PutResult = { readonly stored: true } | { readonly stored: false; readonly existing: StoredFact }

export interface PendingPage {
  readonly factKeys: readonly string[]
  /** More facts match than were returned. */
  readonly more: boolean
}

export interface FactStore {
  /** Stores a fact as pending if its key is absent, else returns what is there. One write, no read. */
  put(fact: Fact): Promise<PutResult>
  /** Reads consistently. */
  get(factKey: string): Promise<StoredFact | undefined>
  /** Ends the delivery of a fact (removes it from the pending index). Repeating it is harmless. */
  markSettled(factKey: string, at: number): Promise<void>
  /** Keys of facts of one shard (0 to 15) that have been pending since before `before` (epoch ms), oldest first. May lag behind writes. */
  listPending(
    shard: number,
    options: { readonly before: number; readonly limit: number },
  ): Promise<PendingPage>
}
