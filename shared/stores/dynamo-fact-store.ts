/** Facts in DynamoDB, inbox and outbox in one: stored once, pending until applied and published. */
import { randomUUID } from 'node:crypto'
import { listShard } from './dynamo-shards.ts'
import type { ShardedIndex, ShardListing } from './dynamo-shards.ts'
import { getItem, putIfFree, updateIf } from './dynamo.ts'
import type { Table } from './dynamo.ts'
import {
  claimIdOf,
  dueFactOf,
  EXPIRY_ATTRIBUTE,
  expiryOf,
  factAbsent,
  factFromItem,
  factToItem,
} from './fact-item.ts'
import type { FactStore } from '#shared/facts/fact-store.ts'

const ABSENT = { ConditionExpression: 'attribute_not_exists(fact_key)' }
const PRESENT = 'attribute_exists(fact_key)'
/** Out of the index; and what only whoever settles needs is not kept for years: its line in the log has the fact and its trace. */
const LEAVE_PENDING_INDEX = ' REMOVE pending_shard, dispatch_due_at, claim_id, traceparent, caller_request_id'
const SETTLED = 'SET settled_at = if_not_exists(settled_at, :at)'
const EXPIRES = `, ${EXPIRY_ATTRIBUTE} = if_not_exists(${EXPIRY_ATTRIBUTE}, :until)`
const STILL_DUE = 'dispatch_due_at = :due'

const STORED = { stored: true } as const
const EVER = Number.MAX_SAFE_INTEGER
const AGES_AT_ONCE = 1000

export const PENDING_INDEX: ShardedIndex = {
  name: 'pending',
  shardAttribute: 'pending_shard',
  timeAttribute: 'dispatch_due_at',
}

interface DynamoFactStoreOptions extends Table {
  /** Names each claim; must never repeat. @default randomUUID */
  readonly newClaimId?: () => string
}

/**
 * Creates the store.
 *
 * Calls fail with AppError `storage_unavailable` when DynamoDB cannot be reached or throttles: the outcome of a write is
 * unknown then, and repeating it is safe. A put that was stored but lost its answer comes back as a pending duplicate.
 */
export function createDynamoFactStore({
  newClaimId = randomUUID,
  ...table
}: DynamoFactStoreOptions): FactStore {
  return {
    async put(fact) {
      const existing = await putIfFree(table, factToItem(fact), ABSENT)
      return existing === undefined ? STORED : { stored: false, existing: factFromItem(existing) }
    },
    async get(factKey) {
      const item = await getItem(table, key(factKey))
      return item === undefined ? undefined : factFromItem(item)
    },
    async markSettled(factKey, at, keep) {
      const marked = await updateIf(table, {
        Key: key(factKey),
        ConditionExpression: PRESENT,
        UpdateExpression: SETTLED + (keep === undefined ? '' : EXPIRES) + LEAVE_PENDING_INDEX,
        ExpressionAttributeValues: {
          ':at': { N: String(at) },
          ...(keep === undefined ? {} : { ':until': expiryOf(keep.until) }),
        },
      })
      if (!marked.written) throw factAbsent()
    },
    async listDue(shard, { now, limit }) {
      const { items, more } = await listShard(table, PENDING_INDEX, { shard, upTo: now, limit })
      return { facts: items.map(dueFactOf), more }
    },
    async oldestPending(shard) {
      let oldest: number | undefined
      let after: ShardListing['after']
      // The index is sorted by what is due first, and the oldest is dispatched again least often: only all of them tell.
      for (let more = true; more;) {
        const page = await listShard(table, PENDING_INDEX, { shard, upTo: EVER, limit: AGES_AT_ONCE, after })
        const facts = page.items.map(dueFactOf)
        oldest = facts.reduce((least, { receivedAt }) => Math.min(least, receivedAt), oldest ?? Infinity)
        const last = facts.at(-1)
        more = page.more && last !== undefined
        if (last !== undefined) after = { key: key(last.factKey), time: last.dueAt }
      }
      return oldest === Infinity ? undefined : oldest
    },
    async postpone({ factKey, dueAt }, until) {
      const claimId = newClaimId()
      const claim = await updateIf(table, {
        Key: key(factKey),
        ConditionExpression: STILL_DUE,
        UpdateExpression: 'SET dispatch_due_at = :until, claim_id = :claim',
        ExpressionAttributeValues: {
          ':due': { N: String(dueAt) },
          ':until': { N: String(until) },
          ':claim': { S: claimId },
        },
      })
      // The SDK repeats a write whose answer was lost; the repeat then fails on the claim that the first try made.
      return claim.written || claimIdOf(claim.existing) === claimId
    },
  }
}

function key(factKey: string) {
  return { fact_key: { S: factKey } }
}
