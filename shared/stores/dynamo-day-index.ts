/** The day index of the orders table, read page by page: several partitions side by side, a page of each at a time. */
import { QueryCommand } from '@aws-sdk/client-dynamodb'
import { DAY_SHARDS } from '#shared/orders/day-index.ts'
import type { DayEntry, DayIndex } from '#shared/orders/day-index.ts'
import { guarded } from './dynamo.ts'
import type { Item, Table } from './dynamo.ts'
import { dayShard } from './order-day.ts'

export const DAY_INDEX = { name: 'day', shardAttribute: 'day_shard' } as const

/** Pages have a megabyte: so many at once stay small beside the memory of a function. */
const AT_ONCE = 4

/** @param options.pageSize entries a page at most. @default as many as fit into a megabyte */
export function createDynamoDayIndex({
  pageSize,
  ...table
}: Table & { readonly pageSize?: number }): DayIndex {
  return {
    async *list(day) {
      for (let first = 0; first < DAY_SHARDS; first += AT_ONCE) {
        const shards = Array.from({ length: AT_ONCE }, (_, index) => first + index)
        yield* together(shards.map((shard) => ({ shard: dayShard(day, shard), after: undefined })))
      }
    },
  }

  async function* together(first: readonly Place[]): AsyncGenerator<readonly DayEntry[], void> {
    let places = first
    while (places.length > 0) {
      const pages = await Promise.all(places.map(page))
      for (const { items } of pages) yield items.map(entryOf)
      places = pages.flatMap(({ next }) => (next === undefined ? [] : [next]))
    }
  }

  async function page({ shard, after }: Place) {
    const command = new QueryCommand({
      TableName: table.tableName,
      IndexName: DAY_INDEX.name,
      KeyConditionExpression: '#shard = :shard',
      ExpressionAttributeNames: { '#shard': DAY_INDEX.shardAttribute },
      ExpressionAttributeValues: { ':shard': { S: shard } },
      ...(after === undefined ? {} : { ExclusiveStartKey: after }),
      ...(pageSize === undefined ? {} : { Limit: pageSize }),
    })
    const { Items: items = [], LastEvaluatedKey: last } = await guarded('query', () =>
      table.client.send(command),
    )
    return { items, next: last === undefined ? undefined : { shard, after: last } }
  }
}

interface Place {
  readonly shard: string
  readonly after: Item | undefined
}

function entryOf(item: Item): DayEntry {
  const billed = item['billed']?.S
  return { key: item['order_key']?.S ?? '', ...(billed === undefined ? {} : { billed }) }
}
