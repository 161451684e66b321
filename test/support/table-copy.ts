/** Both tables as they were at one moment, and back again: what point-in-time recovery gives a stage that adopts what it restored. */
import { isDeepStrictEqual } from 'node:util'
import { BatchWriteItemCommand, paginateScan } from '@aws-sdk/client-dynamodb'
import type { AttributeValue, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { LocalStack } from '#local/stack-options.ts'

type Item = Record<string, AttributeValue>

export interface TableCopy {
  readonly orders: readonly Item[]
  readonly facts: readonly Item[]
}

/** Nothing may be written meanwhile: both are of the same second. */
export async function copyTables({ clients, description }: LocalStack): Promise<TableCopy> {
  const { orders, facts } = description.tables
  return { orders: await itemsOf(clients.dynamodb, orders), facts: await itemsOf(clients.dynamodb, facts) }
}

/** Makes the tables what they were, item by item: what came later is gone. */
export async function restoreTables({ clients, description }: LocalStack, copy: TableCopy): Promise<void> {
  const { orders, facts } = description.tables
  await replace(clients.dynamodb, { table: orders, key: 'order_key', items: copy.orders })
  await replace(clients.dynamodb, { table: facts, key: 'fact_key', items: copy.facts })
}

/** Keys of the items that only one of the two has, or that differ. */
export function differenceOf(one: TableCopy, other: TableCopy): readonly string[] {
  return [...keyed(one.orders, other.orders, 'order_key'), ...keyed(one.facts, other.facts, 'fact_key')]
}

function keyed(one: readonly Item[], other: readonly Item[], key: string): readonly string[] {
  const byKey = (items: readonly Item[]) => new Map(items.map((item) => [item[key]!.S!, item]))
  const [first, second] = [byKey(one), byKey(other)]
  return [...new Set([...first.keys(), ...second.keys()])].filter(
    (name) => !isDeepStrictEqual(first.get(name), second.get(name)),
  )
}

interface Replacing {
  readonly table: string
  readonly key: string
  readonly items: readonly Item[]
}

async function replace(client: DynamoDBClient, { table, key, items }: Replacing): Promise<void> {
  const kept = new Set(items.map((item) => item[key]!.S))
  const later = (await itemsOf(client, table)).filter((item) => !kept.has(item[key]!.S))
  const requests = [
    ...later.map((item) => ({ DeleteRequest: { Key: { [key]: item[key]! } } })),
    ...items.map((Item) => ({ PutRequest: { Item } })),
  ]
  for (let at = 0; at < requests.length; at += BATCH)
    await client.send(
      new BatchWriteItemCommand({ RequestItems: { [table]: requests.slice(at, at + BATCH) } }),
    )
}

const BATCH = 25

async function itemsOf(client: DynamoDBClient, TableName: string): Promise<readonly Item[]> {
  const items: Item[] = []
  for await (const { Items = [] } of paginateScan({ client }, { TableName, ConsistentRead: true }))
    items.push(...Items)
  return items
}
