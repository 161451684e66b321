/** Lists one shard of a sparse index. */
import { QueryCommand } from '@aws-sdk/client-dynamodb'
import { guarded } from './dynamo.ts'
import type { Item, Table } from './dynamo.ts'

/** A sparse index: the shard as its partition, a time as its range. */
export interface ShardedIndex {
  readonly name: string
  readonly shardAttribute: string
  readonly timeAttribute: string
}

export interface IndexPage {
  readonly items: readonly Item[]
  readonly more: boolean
}

export interface ShardListing {
  readonly shard: number
  readonly upTo: number
  readonly limit: number
  /** Lists on from this entry: the key of its item, and its time. */
  readonly after?: { readonly key: Item; readonly time: number } | undefined
}

/** Lists the entries of one shard up to a time, earliest first. */
export async function listShard(
  { client, tableName }: Table,
  index: ShardedIndex,
  { shard, upTo, limit, after }: ShardListing,
): Promise<IndexPage> {
  const inShard = { [index.shardAttribute]: { S: String(shard) } }
  const command = new QueryCommand({
    TableName: tableName,
    IndexName: index.name,
    KeyConditionExpression: '#shard = :shard AND #time <= :upTo',
    ExpressionAttributeNames: { '#shard': index.shardAttribute, '#time': index.timeAttribute },
    ExpressionAttributeValues: { ':shard': { S: String(shard) }, ':upTo': { N: String(upTo) } },
    // One more than asked for tells whether there are more.
    Limit: limit + 1,
    ...(after === undefined
      ? {}
      : {
          ExclusiveStartKey: { ...after.key, ...inShard, [index.timeAttribute]: { N: String(after.time) } },
        }),
  })
  const { Items: items = [], LastEvaluatedKey: last } = await guarded('query', () => client.send(command))
  return { items: items.slice(0, limit), more: items.length > limit || last !== undefined }
}
