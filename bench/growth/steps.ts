/** What is done while the tables grow: a notification until it is settled, a query, a refund until it is settled, a page of a list, and a sweep. */
import { createList } from '#functions/list/list.ts'
import { parsePaymentListing } from '#functions/list/schema.ts'
import { createQuery } from '#functions/query/query.ts'
import { createRefund } from '#functions/refund/refund.ts'
import { parseRefundRequest } from '#functions/refund/schema.ts'
import { createSettle } from '#functions/settle/settle.ts'
import { createSweep } from '#functions/sweep/sweep.ts'
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { factOfRefund, factOfTransaction } from '#shared/facts/facts-of.ts'
import { orderFact } from '#shared/facts/fact.ts'
import { recordFact } from '#shared/facts/record-fact.ts'
import type { ChannelRefund } from '#shared/facts/telling.ts'
import { fen } from '#shared/money.ts'
import { orderKey } from '#shared/orders/order-key.ts'
import { createDynamoFactStore } from '#shared/stores/dynamo-fact-store.ts'
import { createDynamoOrderLists } from '#shared/stores/dynamo-order-lists.ts'
import { createDynamoOrderStore } from '#shared/stores/dynamo-order-store.ts'
import { fakeWechat } from '#test/support/fake-wechat.ts'
import { anOrder, APPID, MCHID, NOW } from '#test/support/orders.ts'
import { aWorld } from '#test/support/world.ts'
import type { Names } from './tables.ts'

const DAY = '2026-03-01'

export type Steps = ReturnType<typeof stepsOn>

export function stepsOn(client: DynamoDBClient, names: Names) {
  const world = aWorld()
  const facts = createDynamoFactStore({ client, tableName: names.facts })
  const orders = createDynamoOrderStore({
    client,
    tableName: names.orders,
    form: 3,
    readFact: async (key) => orderFact(await facts.get(key)),
  })
  const wechat = fakeWechat({
    createRefund: async (request) => toldOf(JSON.parse(request).out_refund_no, 'PROCESSING'),
    queryOrder: async (number) => ({ ...transactionOf(number), trade_state: 'NOTPAY' }),
  })
  const deps = { ...world, facts, orders, channel: wechat, notifyUrl: 'https://pay.example.com/refund' }
  const settle = createSettle(deps)
  const query = createQuery(deps)
  const refund = createRefund(deps)
  const sweep = createSweep({ ...deps, channels: { wechat } })
  const lists = createDynamoOrderLists({ client, tableName: names.orders, mchid: MCHID })
  const list = createList({ ...deps, lists })
  const telling = { source: 'notification', received_at: NOW } as const

  async function notified(fact: Parameters<typeof recordFact>[1] | undefined): Promise<void> {
    if (fact === undefined) throw new Error('this is a fact')
    await recordFact(deps, fact)
    await settle(fact.fact_key)
  }

  return {
    /** An order that is shown to its payer; with a time, the sweep has to look at it then. */
    async place(number: string, next_check_at?: number): Promise<void> {
      const due = next_check_at === undefined ? {} : ({ next_check_at, next_check_class: 'late' } as const)
      await orders.save(anOrder({ order_key: orderKey(MCHID, number), out_trade_no: number, ...due }))
    },
    notification: (number: string) => notified(factOfTransaction(transactionOf(number), telling)),
    async query(number: string): Promise<void> {
      await query.byOutTradeNo(number, { refresh: false })
    },
    async refund(number: string): Promise<void> {
      await refund(number, parseRefundRequest({ out_refund_no: number, amount: { refund: 1 } }), {})
      await notified(factOfRefund(MCHID, toldOf(number, 'SUCCESS'), telling))
    },
    /** The first page of the day on which every order was paid. */
    async list(): Promise<void> {
      const { orders: listed } = await list.payments(parsePaymentListing({ from: DAY, to: DAY }, DAY))
      if (listed.length === 0) throw new Error('that day has orders')
    },
    sweep: () => sweep({}),
  }
}

function transactionOf(number: string) {
  return {
    appid: APPID,
    mchid: MCHID,
    out_trade_no: number,
    transaction_id: `42${number.replaceAll(/\D/g, '').padStart(26, '0')}`,
    trade_state: 'SUCCESS',
    success_time: '2026-03-01T12:00:05+08:00',
    amount: { total: fen(1000), payer_total: fen(1000), currency: 'CNY' },
  }
}

/** A refund has the number of its order. */
function toldOf(number: string, status: ChannelRefund['status']): ChannelRefund {
  return {
    refund_id: `50${number.replaceAll(/\D/g, '').padStart(27, '0')}`,
    out_refund_no: number,
    transaction_id: transactionOf(number).transaction_id,
    out_trade_no: number,
    status,
    amount: { total: fen(1000), refund: fen(1) },
  }
}
