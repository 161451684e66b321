import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startSimulator } from '#simulator/simulator.ts'
import type { Simulator } from '#simulator/simulator.ts'
import { createCombiningMerchant, subBody } from './support/combined.ts'
import { APPID, MCHID, createMerchant, newNumber, paidOrder, refundBody } from './support/merchant.ts'
import type { Answer, Merchant } from './support/merchant.ts'
import { verify } from './support/receiver.ts'

let simulator: Simulator
let merchant: Merchant

const MINUTE = 60_000
const shared = { settle_info: { profit_sharing: true } }

beforeAll(async () => {
  simulator = await startSimulator({
    mchid: MCHID,
    appids: [APPID],
    timers: 'manual',
    refundDelayMs: 'manual',
  })
  merchant = createMerchant(simulator)
})
afterAll(() => simulator.stop())

async function transactionOf(number: string): Promise<string> {
  const orders = await simulator.control.orders()
  return orders.find((order) => order.out_trade_no === number)!.transaction_id!
}

const fields = ({ body }: Answer): Readonly<Record<string, unknown>> => JSON.parse(body.toString('utf8'))
const amounts = (id: string): Promise<Answer> => merchant.get(`/v3/profitsharing/transactions/${id}/amounts`)
const frozen = async (id: string): Promise<unknown> => fields(await amounts(id))['unsplit_amount']
const refund = (number: string, amount: number): Promise<Answer> =>
  merchant.post(
    '/v3/refund/domestic/refunds',
    refundBody(number, { amount: { refund: amount, total: 100, currency: 'CNY' } }),
  )

function unfreeze(transaction_id: string, change: object = {}): Promise<Answer> {
  const sent = { transaction_id, out_order_no: newNumber(), description: '解冻全部剩余资金', ...change }
  return merchant.post('/v3/profitsharing/orders/unfreeze', sent)
}
const outcome = ({ status, json }: Answer): unknown => [status, json.code]

describe('an order with profit sharing', () => {
  it('has its money frozen, less what was refunded, until it is given free', async () => {
    const number = await paidOrder(simulator, shared)
    const id = await transactionOf(number)
    expect(fields(await amounts(id))).toEqual({ transaction_id: id, unsplit_amount: 100 })
    expect((await refund(number, 30)).status).toBe(200)
    expect(await frozen(id)).toBe(70)
    expect(outcome(await unfreeze(id))).toEqual([400, 'INVALID_REQUEST'])
    await simulator.advance(MINUTE)
    const sent = { out_order_no: newNumber(), description: '解冻' }
    const answer = await unfreeze(id, sent)
    expect([answer.status, verify(simulator.keys(), answer).ok]).toEqual([200, true])
    expect(fields(answer)).toMatchObject({
      transaction_id: id,
      out_order_no: sent.out_order_no,
      order_id: expect.stringMatching(/^30\d{27}$/),
      state: 'FINISHED',
      receivers: [{ amount: 70, type: 'MERCHANT_ID', account: MCHID, result: 'SUCCESS' }],
    })
    expect(await frozen(id)).toBe(0)
    expect(fields(await unfreeze(id, sent))).toEqual(fields(answer))
    expect(outcome(await unfreeze(id, { ...sent, description: '其他' }))).toEqual([400, 'INVALID_REQUEST'])
    expect((await refund(number, 70)).status).toBe(200)
  })

  it('gets back what a refund that was closed had taken', async () => {
    const number = await paidOrder(simulator, shared)
    const id = await transactionOf(number)
    const { json } = await refund(number, 100)
    expect(await frozen(id)).toBe(0)
    const [last] = (await simulator.control.refunds()).slice(-1)
    expect(last!.refund_id).toBe(json.refund_id)
    await simulator.control.finishRefund(last!.out_refund_no, 'CLOSED')
    expect(await frozen(id)).toBe(100)
  })

  it('is free after thirty days', async () => {
    const id = await transactionOf(await paidOrder(simulator, shared))
    await simulator.advance(30 * 24 * 60 * MINUTE - 1000)
    expect(await frozen(id)).toBe(100)
    await simulator.advance(1000)
    expect(await frozen(id)).toBe(0)
  })

  it('is one that says so, and is known', async () => {
    const id = await transactionOf(await paidOrder(simulator))
    expect(outcome(await amounts(id))).toEqual([400, 'INVALID_REQUEST'])
    expect(outcome(await unfreeze(id))).toEqual([400, 'INVALID_REQUEST'])
    expect(outcome(await amounts('4200000000'))).toEqual([404, 'RESOURCE_NOT_EXISTS'])
    expect(outcome(await unfreeze('4200000000'))).toEqual([404, 'RESOURCE_NOT_EXISTS'])
    expect((await unfreeze(id, { description: '' })).json.detail.field).toBe('/description')
  })

  it('may be one of several that are paid together, and of a sub-merchant', async () => {
    const { sub_orders } = await createCombiningMerchant(simulator).paid([
      subBody({ ...shared, sub_mchid: '1900000109' }),
    ])
    const id = await transactionOf(sub_orders[0]!.out_trade_no)
    await simulator.advance(MINUTE)
    expect((await unfreeze(id)).json.detail.field).toBe('/sub_mchid')
    expect(fields(await unfreeze(id, { sub_mchid: '1900000109' }))).toMatchObject({
      sub_mchid: '1900000109',
      receivers: [{ account: '1900000109', amount: 100 }],
    })
  })
})
