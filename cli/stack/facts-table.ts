/** Facts as the operator goes through them: pending ones by the index, settled ones by a scan that takes its time. */
import { paginateQuery, paginateScan } from '@aws-sdk/client-dynamodb'
import { updateIf } from '#shared/stores/dynamo.ts'
import type { Item } from '#shared/stores/dynamo.ts'
import { PENDING_INDEX } from '#shared/stores/dynamo-fact-store.ts'
import { FIRST_DISPATCH_AGAIN_MS, PENDING_SHARDS } from '#shared/facts/fact-store.ts'
import { shardOf } from '#shared/stores/shard.ts'
import type { StackAccess } from './stack-access.ts'
import type { TimeWindow } from '#cli/terminal/options.ts'
import type { World } from '#cli/terminal/world.ts'

export interface ListedFact {
  readonly factKey: string
  /** Epoch ms. */
  readonly receivedAt: number
  readonly pending: boolean
  /** When the sweep dispatches it again; of pending facts only. Epoch ms. */
  readonly dueAt?: number
}

const SCAN_PAGE = 500
/** Between pages: some 2,500 items a second, so that a scan never takes the table's capacity. */
const SCAN_PAUSE_MS = 200

/** The pending facts of a time window, oldest first. */
export async function listPending(stack: StackAccess, window: TimeWindow): Promise<readonly ListedFact[]> {
  const shards = await Promise.all(
    Array.from({ length: PENDING_SHARDS }, (_, shard) => pendingOfShard(stack, shard)),
  )
  return oldestFirst(shards.flat().filter((fact) => within(fact, window)))
}

async function pendingOfShard(
  { dynamodb, tables }: StackAccess,
  shard: number,
): Promise<readonly ListedFact[]> {
  const pages = paginateQuery(
    { client: dynamodb },
    {
      TableName: tables.facts,
      IndexName: PENDING_INDEX.name,
      KeyConditionExpression: '#shard = :shard',
      ExpressionAttributeNames: { '#shard': PENDING_INDEX.shardAttribute },
      ExpressionAttributeValues: { ':shard': { S: String(shard) } },
    },
  )
  const facts: ListedFact[] = []
  for await (const { Items: items = [] } of pages) {
    facts.push(...items.map((item) => listed(item, { pending: true })))
  }
  return facts
}

/** All facts of a time window, settled ones included, oldest first. Reads the whole table and tells how far it is. */
export async function scanFacts(
  { terminal, pause }: World,
  { dynamodb, tables }: StackAccess,
  window: TimeWindow,
): Promise<readonly ListedFact[]> {
  const pages = paginateScan(
    { client: dynamodb, pageSize: SCAN_PAGE },
    {
      TableName: tables.facts,
      ProjectionExpression: 'fact_key, received_at, pending_shard, dispatch_due_at',
      FilterExpression: 'received_at BETWEEN :from AND :to',
      ExpressionAttributeValues: {
        ':from': { N: String(Math.floor(window.from)) },
        ':to': { N: String(Math.ceil(window.to)) },
      },
    },
  )
  const facts: ListedFact[] = []
  let scanned = 0
  for await (const { Items: items = [], ScannedCount: count = 0, LastEvaluatedKey: last } of pages) {
    facts.push(...items.map((item) => listed(item, { pending: item['pending_shard'] !== undefined })))
    scanned += count
    terminal.err(`read ${scanned} facts, ${facts.length} in the window\n`)
    if (last !== undefined) await pause(SCAN_PAUSE_MS)
  }
  return oldestFirst(facts)
}

/**
 * Makes a settled fact pending again, so that settle publishes its event once more, under the same id.
 *
 * @returns false when it is pending already.
 */
export async function makePending(
  { dynamodb, tables }: StackAccess,
  factKey: string,
  now: number,
): Promise<boolean> {
  const { written } = await updateIf(
    { client: dynamodb, tableName: tables.facts },
    {
      Key: { fact_key: { S: factKey } },
      ConditionExpression: 'attribute_exists(fact_key) AND attribute_not_exists(pending_shard)',
      UpdateExpression: 'SET pending_shard = :shard, dispatch_due_at = :due',
      ExpressionAttributeValues: {
        ':shard': { S: shardOf(factKey, PENDING_SHARDS) },
        ':due': { N: String(now + FIRST_DISPATCH_AGAIN_MS) },
      },
    },
  )
  return written
}

function listed(item: Item, { pending }: { readonly pending: boolean }): ListedFact {
  const due = item['dispatch_due_at']?.N
  return {
    factKey: item['fact_key']?.S ?? '',
    receivedAt: Number(item['received_at']?.N ?? 0),
    pending,
    ...(due === undefined ? {} : { dueAt: Number(due) }),
  }
}

function within({ receivedAt }: ListedFact, { from, to }: TimeWindow): boolean {
  return receivedAt >= from && receivedAt <= to
}

function oldestFirst(facts: readonly ListedFact[]): readonly ListedFact[] {
  return facts.toSorted((a, b) => a.receivedAt - b.receivedAt)
}
