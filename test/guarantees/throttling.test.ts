/** Every write of each flow throttled in turn, on a real engine: the caller repeats, and it ends as if nothing had been. */
import { DeleteItemCommand } from '@aws-sdk/client-dynamodb'
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startDynamoDb } from '#local/cloud/dynamodb.ts'
import type { LocalDynamoDb } from '#local/cloud/dynamodb.ts'
import { createHold } from '#functions/hold/hold.ts'
import { createPrepay } from '#functions/prepay/prepay.ts'
import { parsePrepayRequest } from '#functions/prepay/schema.ts'
import { createQueryRefund } from '#functions/refund/query-refund.ts'
import { createRefund } from '#functions/refund/refund.ts'
import { createSettle } from '#functions/settle/settle.ts'
import { refundFactKey } from '#shared/facts/fact-key.ts'
import { AppError, errorKind } from '#shared/errors.ts'
import { recordFact } from '#shared/facts/record-fact.ts'
import type { ChannelRefund } from '#shared/facts/telling.ts'
import { fen } from '#shared/money.ts'
import { refundPointerKey } from '#shared/orders/order-key.ts'
import { untoldBefore } from '#shared/orders/untold.ts'
import { createDynamoFactStore, PENDING_INDEX } from '#shared/stores/dynamo-fact-store.ts'
import { createDynamoOrderStore, DUE_INDEX } from '#shared/stores/dynamo-order-store.ts'
import { createIndexedTable, testClient } from '#test/stores/engines.ts'
import { fakeWechat } from '#test/support/fake-wechat.ts'
import { anOrder, APPID, MCHID, paidOrder, paymentFact } from '#test/support/orders.ts'
import { KEY, told } from '#test/support/sweeping.ts'
import { aWorld } from '#test/support/world.ts'

let dynamo: LocalDynamoDb
let client: DynamoDBClient
let orders: string
let facts: string
/** Requests until the one that is throttled if it is a write; none is at `undefined`. */
let until: number | undefined
beforeAll(async () => {
  dynamo = await startDynamoDb({
    random: () => {
      until = until === undefined ? undefined : until - 1
      return until === 0 ? 0 : 1
    },
  })
  client = testClient(dynamo.endpoint, 1)
  orders = await createIndexedTable(client, DUE_INDEX)
  facts = await createIndexedTable(client, PENDING_INDEX)
  dynamo.setFault({ kind: 'throttle', ratio: 0.5 })
})
afterAll(async () => {
  client.destroy()
  await dynamo.stop()
})

/** Every flow has the same few items: tables of their own would cost more than all that is written to them. */
async function forget(TableName: string, key: string, ...values: readonly string[]): Promise<void> {
  for (const S of values) await client.send(new DeleteItemCommand({ TableName, Key: { [key]: { S } } }))
}

async function freshWorld(order?: ReturnType<typeof anOrder>) {
  await forget(orders, 'order_key', KEY, refundPointerKey(MCHID, 'R1'))
  await forget(facts, 'fact_key', paymentFact().fact_key, refundFactKey(MCHID, 'R1', 'PROCESSING'))
  const world = {
    ...aWorld(),
    orders: createDynamoOrderStore({ client, tableName: orders, readFact: async () => undefined }),
    facts: createDynamoFactStore({ client, tableName: facts }),
  }
  if (order !== undefined) await world.orders.save(order)
  const wechat = fakeWechat({
    prepay: async () => ({ code_url: 'weixin://wxpay/bizpayurl?pr=1' }),
    createRefund: async (body) => ({
      ...told,
      ...(JSON.parse(body) as Pick<ChannelRefund, 'out_refund_no'>),
    }),
  })
  return { world, wechat }
}

type Fresh = Awaited<ReturnType<typeof freshWorld>>

interface Flow {
  readonly writes: number
  readonly given?: ReturnType<typeof anOrder>
  /** Repeated by its caller until it succeeds. */
  readonly act: (fresh: Fresh) => Promise<unknown>
}

const native = { channel: 'native', out_trade_no: 'ORDER-0001', description: 'tea', amount: { total: 1000 } }
const FLOWS: Readonly<Record<string, Flow>> = {
  'a notification': { writes: 1, given: anOrder(), act: ({ world }) => recordFact(world, paymentFact()) },
  'a message of the queue': {
    writes: 3,
    given: anOrder(),
    act: async ({ world }) => {
      await recordFact(world, paymentFact())
      await createSettle(world)(paymentFact().fact_key)
    },
  },
  'a prepay': {
    writes: 2,
    act: ({ world, wechat }) => {
      const deps = { ...world, channel: wechat, appids: [APPID], notifyUrl: 'https://pay.example/n' }
      return createPrepay({ ...deps, payParams: async () => undefined })(parsePrepayRequest(native), {})
    },
  },
  'a refund': {
    // That its answer is published is noted with one more, which refuses nobody.
    writes: 3,
    given: paidOrder(),
    act: async ({ world, wechat }) => {
      const request = { out_refund_no: 'R1', amount: { refund: fen(300), currency: 'CNY' } } as const
      const create = createRefund({ ...world, channel: wechat, notifyUrl: 'https://pay.example/r' })
      const { refund } = await create('ORDER-0001', request, {})
      // What WeChat answered and was not stored, the sweep asks for; what was stored and not published, settle publishes.
      if (refund.status !== 'PROCESSING') {
        const query = createQueryRefund({ ...world, channel: { queryRefund: async () => told } })
        await query('R1', { refresh: false })
      }
      const untold = untoldBefore((await world.orders.get(KEY))!, Infinity)
      for (const key of [...world.dispatched.splice(0), ...untold]) await createSettle(world)(key)
    },
  },
  'a hold': {
    writes: 2,
    given: paidOrder(),
    act: ({ world }) => createHold(world).place('ORDER-0001', { by: 'ops', note: 'why' }),
  },
}

/** Acts while the nth request is throttled, and again until it works. */
async function actWith(flow: Flow, throttled: number | undefined) {
  const fresh = await freshWorld(flow.given)
  const refusals: unknown[] = []
  until = throttled
  for (let works = false; !works;)
    works = await flow.act(fresh).then(
      () => true,
      (error: unknown) => (refusals.push(error), false),
    )
  const wasReached = until !== undefined && until <= 0
  until = undefined
  return { ...fresh, refusals, wasReached }
}

async function outcomeOf({ world, wechat }: Fresh) {
  const order = await world.orders.get(KEY)
  const fact = await world.facts.get(paymentFact().fact_key)
  return {
    order: order && {
      status: order.status,
      refundable: order.refundable,
      refunds: Object.keys(order.refunds),
      holds: Object.values(order.holds).length,
      handled: Object.keys(order.handled),
    },
    pending: fact?.pending,
    dispatched: new Set(world.dispatched),
    published: new Set(world.published.map((event) => JSON.stringify(event))),
    refundsSent: wechat.calls.filter(([name]) => name === 'createRefund').length,
  }
}

describe('throttled', () => {
  it.each(Object.entries(FLOWS))(
    '%s is answered 503, and ends as ever when it is repeated',
    async (_, flow) => {
      const usual = await outcomeOf(await actWith(flow, undefined))
      let writes = 0
      for (let request = 1; ; request += 1) {
        const met = await actWith(flow, request)
        if (!met.wasReached) break
        // A read, which this fault lets pass, refuses nothing.
        writes += met.refusals.length
        expect({ request, ...(await outcomeOf(met)) }).toEqual({ request, ...usual })
        for (const error of met.refusals) expect(statusOf(error)).toBe(503)
        expect(met.refusals.length).toBeLessThanOrEqual(1)
      }
      expect(writes).toBe(flow.writes)
    },
  )
})

function statusOf(error: unknown): number | undefined {
  return error instanceof AppError ? errorKind(error.code).status : undefined
}
