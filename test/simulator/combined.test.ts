import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startSimulator } from '#simulator/simulator.ts'
import type { Simulator } from '#simulator/simulator.ts'
import { createCombiningMerchant, subBody } from './support/combined.ts'
import type { CombiningMerchant } from './support/combined.ts'
import { APPID, MCHID, createMerchant, refundBody } from './support/merchant.ts'
import type { Answer, Merchant } from './support/merchant.ts'
import { resourceOf, startReceiver } from './support/receiver.ts'
import type { Receiver } from './support/receiver.ts'

let simulator: Simulator
let merchant: Merchant
let combining: CombiningMerchant
let receiver: Receiver

const OTHER = '1900000179'

beforeAll(async () => {
  simulator = await startSimulator({ mchid: MCHID, appids: [APPID], timers: 'manual', refundDelayMs: 1000 })
  merchant = createMerchant(simulator)
  combining = createCombiningMerchant(simulator)
  receiver = await startReceiver()
})
beforeEach(() => {
  receiver.arrivals.length = 0
})
afterAll(async () => {
  await simulator.stop()
  await receiver.stop()
})

const outcome = ({ status, json }: Answer): unknown => [status, json.code]

describe('orders that are paid together', () => {
  it('are told one by one, unpaid and paid, in query and in one notification', async () => {
    const subs = [subBody(), subBody({ mchid: OTHER, amount: { total_amount: 30, currency: 'CNY' } })]
    const body = await combining.placed(subs, {
      notify_url: receiver.url,
      scene_info: { payer_client_ip: '14.17.22.32', device_id: 'POS1:1' },
    })
    const always = {
      combine_appid: APPID,
      combine_mchid: MCHID,
      combine_out_trade_no: body.combine_out_trade_no,
      scene_info: { device_id: 'POS1:1' },
    }
    expect(await combining.query(body)).toEqual({
      ...always,
      sub_orders: subs.map(({ mchid, out_trade_no, attach, amount }) => ({
        mchid,
        out_trade_no,
        attach,
        trade_state: 'NOTPAY',
        amount,
      })),
    })
    await simulator.control.payCombined({
      combine_out_trade_no: body.combine_out_trade_no,
      openid: 'oPayer',
      coupon: 40,
    })
    await simulator.advance(0)
    const answer = await combining.query(body)
    expect(answer).toMatchObject({
      ...always,
      combine_payer_info: { openid: 'oPayer' },
      sub_orders: [
        {
          mchid: MCHID,
          trade_type: 'NATIVE',
          trade_state: 'SUCCESS',
          bank_type: 'OTHERS',
          success_time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+08:00$/),
          amount: { total_amount: 100, payer_amount: 60, currency: 'CNY', payer_currency: 'CNY' },
          promotion_detail: [{ amount: 40 }],
        },
        { mchid: OTHER, trade_state: 'SUCCESS', amount: { total_amount: 30, payer_amount: 30 } },
      ],
    })
    expect(new Set(answer.sub_orders.map((order) => order.transaction_id)).size).toBe(2)
    expect(receiver.arrivals).toHaveLength(1)
    expect(resourceOf(simulator.keys().apiv3_key, receiver.arrivals[0]!)).toEqual(answer)
    const [delivery] = (await simulator.control.notifications()).slice(-1)
    expect(delivery).toMatchObject({ event: 'payment', out_trade_no: body.combine_out_trade_no })
  })

  it('have a notification that can be built without being sent', async () => {
    const { combine_out_trade_no } = await combining.paid()
    const { resource, url } = await simulator.control.build({ combine_out_trade_no })
    expect(resource).toMatchObject({ combine_out_trade_no, sub_orders: [{}, {}] })
    expect(url).toBe('http://127.0.0.1:1/notify')
  })

  it('of a service provider name the sub-merchants', async () => {
    const subs = [
      subBody({ sub_mchid: '1900000109', sub_appid: 'wxd678efh567hg6999' }),
      subBody({ sub_mchid: '1900000110' }),
    ]
    const body = await combining.paid(subs, { notify_url: receiver.url })
    const answer = await combining.query(body)
    expect(answer).toMatchObject({
      combine_transaction_id: expect.stringMatching(/^\d{28}$/),
      sub_orders: [
        {
          mchid: MCHID,
          sub_mchid: '1900000109',
          sub_appid: 'wxd678efh567hg6999',
          sub_openid: expect.any(String),
        },
        { mchid: MCHID, sub_mchid: '1900000110' },
      ],
    })
    await simulator.advance(0)
    const told = resourceOf(simulator.keys().apiv3_key, receiver.arrivals[0]!)!
    expect(told).toEqual({ ...told, sub_orders: answer.sub_orders })
    expect(told['combine_transaction_id']).toBeUndefined()
  })

  it('are paid all or none', async () => {
    const body = await combining.placed(undefined, { limit_pay: ['no_credit'] })
    const { combine_out_trade_no } = body
    const [first] = body.sub_orders
    await expect(simulator.control.pay({ out_trade_no: first!.out_trade_no })).rejects.toThrow(
      'paid together',
    )
    await expect(
      simulator.control.payCombined({ combine_out_trade_no, bank_type: 'CMB_CREDIT' }),
    ).rejects.toThrow('no_credit')
    await expect(simulator.control.payCombined({ combine_out_trade_no, coupon: 101 })).rejects.toThrow(
      'coupon',
    )
    expect((await combining.query(body)).sub_orders.map((order) => order.trade_state)).toEqual([
      'NOTPAY',
      'NOTPAY',
    ])
    await simulator.control.payCombined({ combine_out_trade_no })
    await expect(simulator.control.payCombined({ combine_out_trade_no })).rejects.toThrow('paid already')
    await expect(simulator.control.payCombined({ combine_out_trade_no: 'UNKNOWN' })).rejects.toThrow(
      'no combined payment',
    )
    expect((await simulator.control.combined()).at(-1)).toMatchObject({
      combine_out_trade_no,
      channel: 'native',
    })
  })

  it('are closed all at once, by the list that was placed', async () => {
    const body = await combining.placed()
    const [first] = body.sub_orders
    const short = [{ mchid: MCHID, out_trade_no: first!.out_trade_no }]
    expect(outcome(await combining.close(body, { sub_orders: short }))).toEqual([500, 'SYSTEM_ERROR'])
    expect((await combining.query(body)).sub_orders[0]!.trade_state).toBe('NOTPAY')
    expect((await combining.close({ ...body, sub_orders: body.sub_orders.toReversed() })).status).toBe(204)
    expect((await combining.close(body)).status).toBe(204)
    expect((await combining.query(body)).sub_orders.map((order) => order.trade_state)).toEqual([
      'CLOSED',
      'CLOSED',
    ])
    expect(outcome(await combining.close(await combining.paid()))).toEqual([400, 'INVALID_REQUEST'])
    const unknown = { ...body, combine_out_trade_no: 'UNKNOWN1' }
    expect(outcome(await combining.close(unknown))).toEqual([404, 'ORDER_NOT_EXIST'])
  })

  it('are not there for the endpoints of single orders', async () => {
    const body = await combining.paid()
    const [first] = (await combining.query(body)).sub_orders
    const path = '/v3/pay/transactions'
    const number = String(first!['out_trade_no'])
    const notThere = [404, 'ORDER_NOT_EXIST']
    expect(outcome(await merchant.get(`${path}/out-trade-no/${number}?mchid=${MCHID}`))).toEqual(notThere)
    expect(outcome(await merchant.get(`${path}/id/${first!.transaction_id}?mchid=${MCHID}`))).toEqual(
      notThere,
    )
    expect(outcome(await merchant.post(`${path}/out-trade-no/${number}/close`, { mchid: MCHID }))).toEqual(
      notThere,
    )
  })

  it('can be spoiled in their own fields', async () => {
    const body = await combining.paid(undefined, { notify_url: receiver.url })
    for (const kind of ['wrong_amount', 'wrong_mchid', 'wrong_appid'] as const)
      await simulator.control.addFault({ kind, match: { out_trade_no: body.combine_out_trade_no } })
    await simulator.advance(0)
    expect(resourceOf(simulator.keys().apiv3_key, receiver.arrivals[0]!)).toMatchObject({
      combine_mchid: '1900000001',
      combine_appid: 'wx00000000000bad00',
      sub_orders: [{ amount: { total_amount: 101 } }, { amount: { total_amount: 100 } }],
    })
  })
})

describe('a refund of a combined payment', () => {
  const refund = (body: unknown): Promise<Answer> => merchant.post('/v3/refund/domestic/refunds', body)

  it('is made for each order by itself, by its merchant', async () => {
    const body = await combining.paid([subBody(), subBody({ mchid: OTHER })])
    const [own, others] = (await combining.query(body)).sub_orders
    const sent = { ...refundBody('', { transaction_id: own!.transaction_id }), out_trade_no: undefined }
    expect((await refund(sent)).status).toBe(200)
    expect((await combining.query(body)).sub_orders.map((order) => order.trade_state)).toEqual([
      'REFUND',
      'SUCCESS',
    ])
    const notOurs = { ...refundBody('', { transaction_id: others!.transaction_id }), out_trade_no: undefined }
    expect(outcome(await refund(notOurs))).toEqual([404, 'RESOURCE_NOT_EXISTS'])
    expect(outcome(await refund(refundBody(body.combine_out_trade_no)))).toEqual([404, 'RESOURCE_NOT_EXISTS'])
    const elsewhere = await simulator.control.refundElsewhere({
      out_trade_no: String(others!['out_trade_no']),
    })
    expect((await combining.query(body)).sub_orders[1]!.trade_state).toBe('REFUND')
    const path = `/v3/refund/domestic/refunds/${elsewhere.out_refund_no}`
    expect(outcome(await merchant.get(path))).toEqual([404, 'RESOURCE_NOT_EXISTS'])
  })

  it('of a sub-merchant names it, in the notification as well', async () => {
    const body = await combining.paid([subBody({ sub_mchid: '1900000109' })])
    const number = body.sub_orders[0]!.out_trade_no
    expect((await refund(refundBody(number))).json.detail.field).toBe('/sub_mchid')
    const sent = refundBody(number, { sub_mchid: '1900000109', notify_url: receiver.url })
    expect((await refund(sent)).status).toBe(200)
    await simulator.advance(1000)
    expect(resourceOf(simulator.keys().apiv3_key, receiver.arrivals[0]!)).toMatchObject({
      sp_mchid: MCHID,
      sub_mchid: '1900000109',
      refund_status: 'SUCCESS',
    })
  })
})
