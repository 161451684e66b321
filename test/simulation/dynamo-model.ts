/** DynamoDB as documented, as far as the stores use it: conditions, updates, sparse indexes, the limit of an item, stale reads. */
import {
  ConditionalCheckFailedException,
  DynamoDBServiceException,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import type {
  AttributeValue,
  DynamoDBClient,
  GetItemCommandInput,
  PutItemCommandInput,
  QueryCommand,
  QueryCommandInput,
  UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb'
import { conditionHolds, updated } from './dynamo-expressions.ts'
import type { Item, Meaning } from './dynamo-expressions.ts'

/** Far below the 400 KB of DynamoDB: no order gets there, with both forms in one item, whatever people do. */
const MOST_BYTES = 150 * 1024

/** Whatever the stores send. */
export type Request = GetItemCommand | PutItemCommand | UpdateItemCommand | QueryCommand

export interface Table {
  readonly items: ReadonlyMap<string, Item>
  /** Of the index, by the time attribute. */
  inShard(shard: number): readonly Item[]
  put(item: Item): void
}

export interface DynamoModel {
  readonly orders: Table
  readonly facts: Table
  /** Does what the request says, at once. */
  execute(request: Request): object
  /** A client through which nothing goes wrong. */
  readonly client: DynamoDBClient
}

export function createDynamoModel(): DynamoModel {
  const orders = createTable({ key: 'order_key', shard: 'due_shard', time: 'next_check_at' })
  const facts = createTable({ key: 'fact_key', shard: 'pending_shard', time: 'dispatch_due_at' })
  const named = (name: string | undefined) => (name === 'orders' ? orders : facts)

  const execute = (request: Request): object => {
    const table = named(request.input.TableName)
    if (request instanceof GetItemCommand) return table.get(request.input)
    if (request instanceof PutItemCommand) return table.putIf(request.input)
    if (request instanceof UpdateItemCommand) return table.update(request.input)
    return table.query(request.input)
  }
  return { orders, facts, execute, client: clientOf(async (request) => execute(request)) }
}

/** What the stores need of a client. */
export function clientOf(send: (request: Request) => Promise<object>): DynamoDBClient {
  return { send } as unknown as DynamoDBClient
}

interface Names {
  readonly key: string
  readonly shard: string
  readonly time: string
}

function createTable(names: Names) {
  const items = new Map<string, Item>()
  /** As they were before they were last written: what a read may see that does not ask for more. */
  const before = new Map<string, Item | undefined>()
  const shards = new Map<string, Map<string, Item>>()
  const keyOf = (item: Item | undefined) => item?.[names.key]?.S ?? ''
  const inShard = (shard: string) => shards.get(shard)

  const put = (item: Item) => {
    if (sizeOf(item) > MOST_BYTES) throw invalid('Item size has exceeded the maximum allowed size')
    const key = keyOf(item)
    const old = items.get(key)
    inShard(old?.[names.shard]?.S ?? '')?.delete(key)
    before.set(key, old)
    items.set(key, item)
    const shard = item[names.shard]?.S
    if (shard === undefined || item[names.time] === undefined) return
    if (!shards.has(shard)) shards.set(shard, new Map())
    inShard(shard)?.set(key, item)
  }
  const checked = (
    key: string,
    { ConditionExpression }: PutItemCommandInput | UpdateItemCommandInput,
    meaning: Meaning,
  ) => {
    const existing = items.get(key)
    if (conditionHolds(ConditionExpression, existing, meaning)) return existing
    throw new ConditionalCheckFailedException({
      $metadata: {},
      message: 'The conditional request failed',
      ...(existing === undefined ? {} : { Item: existing }),
    })
  }

  return {
    items,
    put,
    inShard: (shard: number) => [...(inShard(String(shard))?.values() ?? [])],
    get({ Key, ConsistentRead }: GetItemCommandInput) {
      const key = keyOf(Key)
      return { Item: ConsistentRead === true ? items.get(key) : before.get(key) }
    },
    putIf(input: PutItemCommandInput) {
      const item = input.Item ?? {}
      checked(keyOf(item), input, input)
      put(item)
      return {}
    },
    update(input: UpdateItemCommandInput) {
      const key = keyOf(input.Key)
      const existing = checked(key, input, input)
      const item = updated(input.UpdateExpression ?? '', existing ?? { ...input.Key }, input)
      put(item)
      return input.ReturnValues === 'ALL_NEW' ? { Attributes: item } : {}
    },
    query({
      ExpressionAttributeValues: values,
      ExclusiveStartKey: start,
      Limit = Infinity,
    }: QueryCommandInput) {
      const upTo = Number(values?.[':upTo']?.N)
      const found = [...(inShard(values?.[':shard']?.S ?? '')?.values() ?? [])]
        .filter((item) => timeOf(item) <= upTo && (start === undefined || inOrder(start, item) < 0))
        .sort(inOrder)
      return { Items: found.slice(0, Limit), ...(found.length > Limit ? { LastEvaluatedKey: {} } : {}) }
    },
  }

  function timeOf(item: Item): number {
    return Number(item[names.time]?.N)
  }

  function inOrder(one: Item, other: Item): number {
    return timeOf(one) - timeOf(other) || (keyOf(one) < keyOf(other) ? -1 : 1)
  }
}

function invalid(message: string): DynamoDBServiceException {
  return new DynamoDBServiceException({
    name: 'ValidationException',
    $fault: 'client',
    $metadata: {},
    message,
  })
}

/** As DynamoDB counts, near enough. */
function sizeOf(item: Item): number {
  return Object.entries(item).reduce((sum, [name, value]) => sum + name.length + bytesOf(value), 0)
}

function bytesOf({ S, N, B, M, L }: AttributeValue): number {
  if (S !== undefined) return Buffer.byteLength(S)
  if (N !== undefined) return N.length
  if (B !== undefined) return B.byteLength
  if (M !== undefined) return 3 + sizeOf(M)
  return L === undefined ? 1 : L.reduce((sum, value) => sum + 1 + bytesOf(value), 3)
}
