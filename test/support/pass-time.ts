/**
 * Lets time pass in the tables. Functions take the time from the machine, and the sweep looks at a fact after a minute and
 * at orders and refunds by their age: instead of waiting, every stored time that decides about that is moved back.
 *
 * `received_at` of facts stays: it is the time that their events carry, and does not decide what is due.
 */
import { paginateScan, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import type { AttributeValue, DynamoDBClient, ScanCommandOutput } from '@aws-sdk/client-dynamodb'
import type { LocalStack } from '#local/stack-options.ts'
import { orderOf } from '#shared/orders/order-picture.ts'
import { orderFromItem, orderToItem } from '#shared/stores/order-item.ts'

const ORDER_TIMES = ['created_at', 'next_check_at'] as const
const FACT_TIMES = ['dispatch_due_at'] as const
const AT_ONCE = 16

/** Makes everything stored `ms` older. Functions may go on meanwhile: what they write in that moment stays young. */
export async function passTime({ clients, description }: LocalStack, ms: number): Promise<void> {
  const { orders, facts } = description.tables
  await age(clients.dynamodb, { table: orders, key: 'order_key', times: ORDER_TIMES, ms })
  await age(clients.dynamodb, { table: facts, key: 'fact_key', times: FACT_TIMES, ms })
}

interface Aging {
  readonly table: string
  readonly key: string
  readonly times: readonly string[]
  readonly ms: number
}

type Item = NonNullable<ScanCommandOutput['Items']>[number]

async function age(client: DynamoDBClient, aging: Aging): Promise<void> {
  const items: Item[] = []
  for await (const { Items = [] } of paginateScan(
    { client },
    { TableName: aging.table, ConsistentRead: true },
  ))
    items.push(...Items)
  const work = async () => {
    for (let item = items.pop(); item !== undefined; item = items.pop()) await ageOne(client, item, aging)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
}

async function ageOne(client: DynamoDBClient, item: Item, aging: Aging): Promise<void> {
  const inPlace = agedInPlace(item, aging)
  const send = async () => {
    if (item['packed'] !== undefined) await client.send(await agedOrder(item, aging))
    else if (inPlace !== undefined) await client.send(inPlace)
  }
  await send().catch((error: unknown) => {
    if (!(error instanceof Error && error.name === 'ConditionalCheckFailedException')) throw error
  })
}

/** Only while nobody wrote it meanwhile. */
async function agedOrder(item: Item, { table, ms }: Aging): Promise<PutItemCommand> {
  const { next_check_at: due, books, ...order } = await orderFromItem(item, async () => undefined)
  const refunds = books.ours.refunds.map((one) => ({ ...one, created_at: one.created_at - ms }))
  const aged = orderOf({
    ...order,
    created_at: order.created_at - ms,
    ...(due === undefined ? {} : { next_check_at: due - ms }),
    books: { ...books, ours: { ...books.ours, refunds } },
  })
  const { day_shard: day } = item
  return new PutItemCommand({
    TableName: table,
    Item: {
      ...orderToItem(aged, { writeId: item['write_id']?.S ?? '', form: 3 }),
      ...(day === undefined ? {} : { day_shard: day }),
    },
    ConditionExpression: '#version = :read',
    ExpressionAttributeNames: { '#version': 'version' },
    ExpressionAttributeValues: { ':read': { N: String(order.version) } },
  })
}

function agedInPlace(item: Item, { table, key, times, ms }: Aging): UpdateItemCommand | undefined {
  // What stands beside the books is only for the release before them.
  const reserved = item['known']?.M?.['ours']?.M?.['refunds']?.L ?? []
  const paths = [
    ...times.filter((name) => item[name] !== undefined),
    ...reserved.map((_, index) => `known.ours.refunds[${index}].created_at`),
  ]
  if (paths.length === 0) return undefined
  // Only while all of them are still there: a fact that is settled meanwhile must not come back into the index.
  return new UpdateItemCommand({
    TableName: table,
    Key: { [key]: item[key] as AttributeValue },
    ConditionExpression: paths.map((path) => `attribute_exists(${path})`).join(' AND '),
    UpdateExpression: `SET ${paths.map((path) => `${path} = ${path} - :ms`).join(', ')}`,
    ExpressionAttributeValues: { ':ms': { N: String(ms) } },
  })
}
