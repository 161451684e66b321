/** Lists of orders in DynamoDB: the partitions of an index side by side, a page of each, of which the greatest numbers are taken. */
import { QueryCommand } from '@aws-sdk/client-dynamodb'
import type { QueryCommandInput } from '@aws-sdk/client-dynamodb'
import { DAY_SHARDS } from '#shared/orders/day-index.ts'
import { orderKey, refundPointerKey } from '#shared/orders/order-key.ts'
import { HELD_SHARDS } from '#shared/orders/order-lists.ts'
import type { ListPage, OrderLists } from '#shared/orders/order-lists.ts'
import { DUE_SHARDS } from '#shared/orders/order-store.ts'
import { DAY_INDEX } from './dynamo-day-index.ts'
import { guarded } from './dynamo.ts'
import type { Item, Table } from './dynamo.ts'
import { DUE_INDEX } from './dynamo-order-store.ts'
import { dayShard } from './order-day.ts'

export const HELD_INDEX = { name: 'held', shardAttribute: 'held_shard' } as const

/** So many of a partition are looked at, whosesoever they are. */
const MOST_DUE = 100

/** Of the partitions of an index those that are read for one list. */
interface Partitions {
  readonly index: { readonly name: string; readonly shardAttribute: string }
  readonly shards: readonly string[]
  /** What every key of the list begins with; a number follows. */
  readonly prefix: string
}

/** Creates the lists of one merchant. */
export function createDynamoOrderLists({ mchid, ...table }: Table & { readonly mchid: string }): OrderLists {
  const ofOrders = orderKey(mchid, '')
  const ofDay = (day: string, prefix: string): Partitions => ({
    index: DAY_INDEX,
    shards: numbers(DAY_SHARDS).map((shard) => dayShard(day, shard)),
    prefix,
  })
  return {
    async ordersOfDay(day, page) {
      const items = await greatest(table, ofDay(day, ofOrders), page)
      return items.map((item) => ({
        out_trade_no: numberOf(item, ofOrders),
        paid: item['billed'] !== undefined,
      }))
    },
    async refundsOfDay(day, page) {
      const prefix = refundPointerKey(mchid, '')
      return (await greatest(table, ofDay(day, prefix), page)).map((item) => numberOf(item, prefix))
    },
    async held(page) {
      const shards = numbers(HELD_SHARDS).map(String)
      const items = await greatest(table, { index: HELD_INDEX, shards, prefix: ofOrders }, page)
      return items.map((item) => numberOf(item, ofOrders))
    },
    async dueWithin(from, to, limit) {
      const items = await together(DUE_SHARDS.unpaid_young.map(String), (shard) =>
        query(table, { ...dueWithin(shard, from, to), Limit: MOST_DUE }),
      )
      // The index has the orders of every account of the table.
      return items
        .filter((item) => keyOf(item).startsWith(ofOrders))
        .toSorted((one, other) => dueAt(other) - dueAt(one))
        .map((item) => numberOf(item, ofOrders))
        .slice(0, limit)
    },
  }
}

async function greatest(
  table: Table,
  { index, shards, prefix }: Partitions,
  { below, limit }: ListPage,
): Promise<readonly Item[]> {
  const top = below === undefined ? undefined : prefix + below
  const items = await together(shards, (shard) =>
    query(table, {
      IndexName: index.name,
      KeyConditionExpression: '#shard = :shard AND order_key BETWEEN :first AND :top',
      ExpressionAttributeNames: { '#shard': index.shardAttribute },
      ExpressionAttributeValues: {
        ':shard': { S: shard },
        ':first': { S: prefix },
        ':top': { S: top ?? afterAll(prefix) },
      },
      // The number itself to go on below is one of them, in one of the partitions.
      Limit: top === undefined ? limit : limit + 1,
    }),
  )
  return items
    .filter((item) => keyOf(item) !== top)
    .toSorted((one, other) => (keyOf(one) < keyOf(other) ? 1 : -1))
    .slice(0, limit)
}

function dueWithin(shard: string, from: number, to: number) {
  return {
    IndexName: DUE_INDEX.name,
    KeyConditionExpression: '#shard = :shard AND #time BETWEEN :from AND :to',
    ExpressionAttributeNames: { '#shard': DUE_INDEX.shardAttribute, '#time': DUE_INDEX.timeAttribute },
    ExpressionAttributeValues: {
      ':shard': { S: shard },
      ':from': { N: String(from) },
      ':to': { N: String(to) },
    },
  }
}

/** One page is enough: `Limit` small entries are far from a megabyte. */
async function query(
  { client, tableName }: Table,
  input: Omit<QueryCommandInput, 'TableName' | 'ScanIndexForward'>,
): Promise<readonly Item[]> {
  const command = new QueryCommand({ ...input, TableName: tableName, ScanIndexForward: false })
  const { Items: items = [] } = await guarded('query', () => client.send(command))
  return items
}

async function together(
  shards: readonly string[],
  read: (shard: string) => Promise<readonly Item[]>,
): Promise<readonly Item[]> {
  return (await Promise.all(shards.map(read))).flat()
}

function numbers(count: number): readonly number[] {
  return Array.from({ length: count }, (_, number) => number)
}

/** Every key that begins with the prefix stands before this. */
function afterAll(prefix: string): string {
  return `${prefix}~~`
}

function keyOf(item: Item): string {
  return item['order_key']?.S ?? ''
}

function dueAt(item: Item): number {
  return Number(item['next_check_at']?.N)
}

function numberOf(item: Item, prefix: string): string {
  return keyOf(item).slice(prefix.length)
}
