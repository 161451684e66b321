/** The functions of the example shop, with their table in a local DynamoDB. */
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { APIGatewayProxyEventV2, SQSEvent } from 'aws-lambda'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { type LocalDynamoDb, startDynamoDb } from '#local/cloud/dynamodb.ts'
import { startApi } from '#test/client/api-server.ts'
import type { events, web } from '../../examples/shop/lambda.ts'
import { ordersInMemory } from '../../examples/shop/orders.ts'
import type { Orders } from '../../examples/shop/orders.ts'

const TABLE = 'tea-shop'
let dynamodb: LocalDynamoDb
let api: Awaited<ReturnType<typeof startApi>>
let functions: { readonly web: typeof web; readonly events: typeof events }
let table: Orders
let environment: Readonly<Record<string, string>>

/** Before each test, for each ends with what the process had. */
function stubEnvironment(): void {
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value)
}

beforeAll(async () => {
  dynamodb = await startDynamoDb()
  api = await startApi()
  environment = {
    API_URL: api.url,
    TABLE,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'id',
    AWS_SECRET_ACCESS_KEY: 'key',
    AWS_ENDPOINT_URL_DYNAMODB: dynamodb.endpoint,
  }
  stubEnvironment()
  const client = new DynamoDBClient()
  await client.send(
    new CreateTableCommand({
      TableName: TABLE,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    }),
  )
  client.destroy()
  functions = await import('../../examples/shop/lambda.ts')
  table = (await import('../../examples/shop/table.ts')).ordersInTable(TABLE)
})
beforeEach(stubEnvironment)
afterAll(async () => {
  await dynamodb.stop()
  await api.stop()
})

describe.each([
  ['in memory', () => ordersInMemory()],
  ['in a table', () => table],
])('orders %s', (_, given) => {
  it('only move forward, and nobody else’s move at all', async () => {
    const orders = given()
    await orders.place('TEA-1', 'weixin://code')
    expect(await orders.get('TEA-1')).toEqual({
      out_trade_no: 'TEA-1',
      code_url: 'weixin://code',
      standing: 'unpaid',
    })
    for (const standing of ['refunding', 'paid', 'closed'] as const) await orders.moveOn('TEA-1', standing)
    expect((await orders.get('TEA-1'))?.standing).toBe('refunding')
    await orders.moveOn('TEA-2', 'paid')
    expect(await orders.get('TEA-2')).toBeUndefined()
  })
})

/** What API Gateway hands over, as far as the function reads it. */
const asked = (method: string, rawPath: string) =>
  functions.web({ rawPath, requestContext: { http: { method } } } as APIGatewayProxyEventV2)

function queued(...bodies: readonly unknown[]): SQSEvent {
  const records = bodies.map((body, index) => ({ messageId: `m${index}`, body: JSON.stringify(body) }))
  return { Records: records } as unknown as SQSEvent
}

describe('the functions', () => {
  it('sell a tea and hear that it is paid, and what could not be heard comes again', async () => {
    api.answerWith({ status: 200, body: { code_url: 'weixin://code' } })
    const { statusCode, headers } = await asked('POST', '/orders')
    expect(statusCode).toBe(303)
    const path = String(headers?.['location'])
    expect((await asked('GET', path)).body).toContain('class="unpaid"')
    const number = path.slice('/orders/'.length)
    const event = {
      specversion: '1.0',
      id: `payment#${number}`,
      source: '/wechatpay/1900000109',
      type: 'payment.succeeded',
      subject: number,
      time: '2026-11-21T01:05:50.782Z',
      data: { mchid: '1900000109', out_trade_no: number, order_version: 2 },
    }
    expect(await functions.events(queued('no event', event, event))).toEqual({
      batchItemFailures: [{ itemIdentifier: 'm0' }],
    })
    expect((await asked('GET', path)).body).toContain('class="paid"')
  })
})
