/** The two tables with all their indexes, on an engine of this machine, and any number of orders that nothing is to be done with. */
import { randomUUID } from 'node:crypto'
import { BatchWriteItemCommand, CreateTableCommand } from '@aws-sdk/client-dynamodb'
import type { DynamoDBClient, GlobalSecondaryIndex } from '@aws-sdk/client-dynamodb'
import { orderKey } from '#shared/orders/order-key.ts'
import { DAY_INDEX } from '#shared/stores/dynamo-day-index.ts'
import { PENDING_INDEX } from '#shared/stores/dynamo-fact-store.ts'
import { DUE_INDEX } from '#shared/stores/dynamo-order-store.ts'
import type { ShardedIndex } from '#shared/stores/dynamo-shards.ts'
import { orderToItem } from '#shared/stores/order-item.ts'
import { MCHID, paidOrder } from '#test/support/orders.ts'

export interface Names {
  readonly orders: string
  readonly facts: string
}

/** DynamoDB takes no more in one request. */
const BATCH = 25
const AT_ONCE = 4

export async function createTables(client: DynamoDBClient): Promise<Names> {
  const names = { orders: `orders-${randomUUID()}`, facts: `facts-${randomUUID()}` }
  const day = sparse(DAY_INDEX.name, DAY_INDEX.shardAttribute, 'order_key', ['billed'])
  await client.send(table(names.orders, 'order_key', [byTime(DUE_INDEX), day]))
  await client.send(table(names.facts, 'fact_key', [byTime(PENDING_INDEX, ['received_at'])]))
  return names
}

function table(TableName: string, key: string, indexes: GlobalSecondaryIndex[]) {
  const attributes = new Set([key, ...indexes.flatMap(({ KeySchema = [] }) => KeySchema.map(nameOf))])
  return new CreateTableCommand({
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [...attributes].map((AttributeName) => ({
      AttributeName,
      AttributeType: TIMES.has(AttributeName) ? 'N' : 'S',
    })),
    KeySchema: [{ AttributeName: key, KeyType: 'HASH' }],
    GlobalSecondaryIndexes: indexes,
  })
}

const TIMES: ReadonlySet<string> = new Set([DUE_INDEX.timeAttribute, PENDING_INDEX.timeAttribute])

function nameOf({ AttributeName = '' }: { AttributeName?: string | undefined }): string {
  return AttributeName
}

function byTime({ name, shardAttribute, timeAttribute }: ShardedIndex, shown: readonly string[] = []) {
  return sparse(name, shardAttribute, timeAttribute, shown)
}

function sparse(
  IndexName: string,
  shard: string,
  sort: string,
  shown: readonly string[],
): GlobalSecondaryIndex {
  return {
    IndexName,
    Projection:
      shown.length === 0
        ? { ProjectionType: 'KEYS_ONLY' }
        : { ProjectionType: 'INCLUDE', NonKeyAttributes: [...shown] },
    KeySchema: [
      { AttributeName: shard, KeyType: 'HASH' },
      { AttributeName: sort, KeyType: 'RANGE' },
    ],
  }
}

/** Paid orders, which nothing is due of. */
export async function fill(client: DynamoDBClient, { orders }: Names, count: number): Promise<void> {
  const item = orderToItem(paidOrder(), { writeId: randomUUID(), form: 3 })
  let next = 0
  const writer = async () => {
    for (let from = next; from < count; from = next) {
      next = from + BATCH
      const keys = Array.from({ length: Math.min(BATCH, count - from) }, (_, index) =>
        orderKey(MCHID, `KEPT-${from + index}`),
      )
      const writes = keys.map((key) => ({ PutRequest: { Item: { ...item, order_key: { S: key } } } }))
      await client.send(new BatchWriteItemCommand({ RequestItems: { [orders]: writes } }))
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, writer))
}
