/** The engines that every store has to agree on, and what the contract tests need of each. */
import { randomUUID } from 'node:crypto'
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { startDynamoDb } from '#local/cloud/dynamodb.ts'
import { createDynamoFactStore, PENDING_INDEX } from '#shared/stores/dynamo-fact-store.ts'
import { orderFact } from '#shared/facts/fact.ts'
import type { FactStore } from '#shared/facts/fact-store.ts'
import { createMemoryFactStore } from '#shared/stores/memory-fact-store.ts'
import type { ShardedIndex } from '#shared/stores/dynamo-shards.ts'
import { createDynamoOrderStore, DUE_INDEX } from '#shared/stores/dynamo-order-store.ts'
import { createMemoryOrderStore } from '#shared/stores/memory-order-store.ts'
import type { OrderStore } from '#shared/orders/order-store.ts'
import { ORDER_FORMS } from '#shared/order-forms.ts'
import type { OrderForm } from '#shared/order-forms.ts'
import { createDynamoModel } from '#test/simulation/dynamo-model.ts'
import { findDynoxide, startDynoxide } from './dynoxide.ts'

export interface Dynamo {
  readonly client: DynamoDBClient
  /** Creates a fresh table with its index. @returns its name. */
  createTable(index: ShardedIndex): Promise<string>
  stop(): Promise<void>
}

export interface Stores {
  readonly orders: OrderStore
  readonly facts: FactStore
  stop(): Promise<void>
}

/** Set by conformance/: an engine that runs already, in place of those that are brought along. */
const given = process.env['WXPAY_DYNAMODB_ENDPOINT']

/** DynamoDB engines present on this machine. */
export const DYNAMO_ENGINES: ReadonlyArray<readonly [string, () => Promise<Dynamo>]> =
  given === undefined ? broughtAlong() : [['the given endpoint', async () => dynamoAt(standing(given))]]

function broughtAlong(): typeof DYNAMO_ENGINES {
  const dynoxide = findDynoxide()
  return [
    ['dynalite', async () => dynamoAt(await startDynamoDb())],
    ...(dynoxide === undefined
      ? []
      : [['dynoxide', async () => dynamoAt(await startDynoxide(dynoxide))] as const]),
  ]
}

function standing(endpoint: string) {
  return { endpoint, stop: async () => {} }
}

/** Every way to get a pair of empty stores. */
export const STORE_ENGINES: ReadonlyArray<readonly [string, () => Promise<Stores>]> = ORDER_FORMS.flatMap(
  (form) => [
    [`memory, form ${form}`, async () => storesInMemory(form)] as const,
    [`the model of the simulation, form ${form}`, async () => storesOnModel(form)] as const,
    ...DYNAMO_ENGINES.map(
      ([name, start]) => [`${name}, form ${form}`, async () => storesOn(await start(), form)] as const,
    ),
  ],
)

function storesInMemory(form: OrderForm): Stores {
  const facts = createMemoryFactStore()
  const readFact = async (key: string) => orderFact(await facts.get(key))
  return { orders: createMemoryOrderStore({ form, readFact }), facts, stop: async () => {} }
}

function storesOnModel(form: OrderForm): Stores {
  const { client } = createDynamoModel()
  const facts = createDynamoFactStore({ client, tableName: 'facts' })
  const readFact = async (key: string) => orderFact(await facts.get(key))
  const orders = createDynamoOrderStore({ client, tableName: 'orders', form, readFact })
  return { orders, facts, stop: async () => {} }
}

export function testClient(endpoint: string, maxAttempts = 2): DynamoDBClient {
  return new DynamoDBClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts,
  })
}

async function storesOn(dynamo: Dynamo, form: OrderForm): Promise<Stores> {
  const { client } = dynamo
  const facts = createDynamoFactStore({ client, tableName: await dynamo.createTable(PENDING_INDEX) })
  return {
    orders: createDynamoOrderStore({
      client,
      tableName: await dynamo.createTable(DUE_INDEX),
      form,
      readFact: async (key) => orderFact(await facts.get(key)),
    }),
    facts,
    stop: () => dynamo.stop(),
  }
}

function dynamoAt(server: { readonly endpoint: string; stop(): Promise<void> }): Dynamo {
  const client = testClient(server.endpoint)
  return {
    client,
    createTable: (index) => createIndexedTable(client, index),
    stop: async () => {
      client.destroy()
      await server.stop()
    },
  }
}

export async function createIndexedTable(client: DynamoDBClient, index: ShardedIndex): Promise<string> {
  const tableName = `table-${randomUUID()}`
  const facts = index.name === PENDING_INDEX.name
  const key = facts ? 'fact_key' : 'order_key'
  await client.send(
    new CreateTableCommand({
      TableName: tableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: key, AttributeType: 'S' },
        { AttributeName: index.shardAttribute, AttributeType: 'S' },
        { AttributeName: index.timeAttribute, AttributeType: 'N' },
      ],
      KeySchema: [{ AttributeName: key, KeyType: 'HASH' }],
      GlobalSecondaryIndexes: [
        {
          IndexName: index.name,
          Projection: facts
            ? { ProjectionType: 'INCLUDE', NonKeyAttributes: ['received_at'] }
            : { ProjectionType: 'KEYS_ONLY' },
          KeySchema: [
            { AttributeName: index.shardAttribute, KeyType: 'HASH' },
            { AttributeName: index.timeAttribute, KeyType: 'RANGE' },
          ],
        },
      ],
    }),
  )
  return tableName
}

/** Throws away the answer of the next write, as a connection does that breaks after the effect; the SDK then tries again. */
export function loseNextWriteAnswer(
  client: DynamoDBClient,
  command: 'PutItemCommand' | 'UpdateItemCommand' = 'PutItemCommand',
): void {
  let armed = true
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const result = await next(args)
      if (armed && context.commandName === command) {
        armed = false
        throw Object.assign(new Error('socket hang up'), { name: 'TimeoutError' })
      }
      return result
    },
    { step: 'finalizeRequest', priority: 'low', name: `loseAnswer-${randomUUID()}` },
  )
}
