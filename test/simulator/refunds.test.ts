import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startSimulator } from '#simulator/simulator.ts'
import type { Simulator } from '#simulator/simulator.ts'
import {
  APPID,
  MCHID,
  createMerchant,
  newNumber,
  paidOrder,
  prepayBody,
  refundBody,
} from './support/merchant.ts'
import type { Answer, Merchant } from './support/merchant.ts'

let simulator: Simulator
let merchant: Merchant

const DELAY_MS = 300_000
const options = { mchid: MCHID, appids: [APPID], timers: 'manual', refundDelayMs: DELAY_MS } as const

beforeAll(async () => {
  simulator = await startSimulator(options)
  merchant = createMerchant(simulator)
})
afterAll(() => simulator.stop())

const refund = (body: unknown): Promise<Answer> => merchant.post('/v3/refund/domestic/refunds', body)
const query = (number: unknown): Promise<Answer> =>
  merchant.get(`/v3/refund/domestic/refunds/${String(number)}`)
const fen = (amount: number, total = 100): Record<string, unknown> => ({
  amount: { refund: amount, total, currency: 'CNY' },
})

describe('a refund', () => {
  it('is accepted as PROCESSING, settles after a while, and is the same in answer and query', async () => {
    const number = await paidOrder(simulator)
    const body = refundBody(number, { reason: '商品已售完' })
    const { status, json } = await refund(body)
    expect(status).toBe(200)
    expect(json).toMatchObject({
      out_refund_no: body['out_refund_no'],
      out_trade_no: number,
      channel: 'ORIGINAL',
      user_received_account: '支付用户零钱',
      status: 'PROCESSING',
      funds_account: 'UNSETTLED',
      amount: {
        total: 100,
        refund: 30,
        payer_total: 100,
        payer_refund: 30,
        settlement_refund: 30,
        settlement_total: 100,
        discount_refund: 0,
        currency: 'CNY',
        from: [],
      },
      promotion_detail: [],
    })
    expect(json.refund_id).toMatch(/^50\d{27}$/)
    expect(json.success_time).toBeUndefined()
    expect((await query(body['out_refund_no'])).json).toEqual(json)
    await simulator.advance(DELAY_MS - 1000)
    expect((await query(body['out_refund_no'])).json.status).toBe('PROCESSING')
    await simulator.advance(2000)
    const settled = (await query(body['out_refund_no'])).json
    expect([settled.status, settled.success_time]).toEqual(['SUCCESS', expect.stringMatching(/\+08:00$/)])
  })

  it('can name the order by transaction_id, or by both numbers when they agree', async () => {
    const number = await paidOrder(simulator)
    const other = await paidOrder(simulator)
    const { transaction_id: id } = (await simulator.control.orders()).find(
      ({ out_trade_no: own }) => own === number,
    )!
    expect(
      (await refund({ ...refundBody(number), out_trade_no: undefined, transaction_id: id })).status,
    ).toBe(200)
    expect((await refund({ ...refundBody(number), transaction_id: id })).status).toBe(200)
    expect((await refund({ ...refundBody(other), transaction_id: id })).json.code).toBe('INVALID_REQUEST')
    expect((await refund({ ...refundBody(number), out_trade_no: undefined })).json.detail.field).toBe(
      '/transaction_id',
    )
  })

  it('gives the payer back only their share when a coupon paid a part', async () => {
    const body = prepayBody()
    await merchant.post('/v3/pay/transactions/native', body)
    await simulator.control.pay({ out_trade_no: String(body['out_trade_no']), coupon: 33 })
    const { json } = await refund(refundBody(String(body['out_trade_no']), fen(50)))
    expect(json.amount).toMatchObject({
      payer_total: 67,
      payer_refund: 34,
      discount_refund: 16,
      settlement_total: 100,
      settlement_refund: 50,
    })
  })

  it('under the same number with the same parameters is the one that is stored', async () => {
    const body = refundBody(await paidOrder(simulator), fen(60))
    const first = await refund(body)
    const second = await refund(body)
    expect([second.status, second.json]).toEqual([200, first.json])
    expect(
      (await simulator.control.refunds()).filter((entry) => entry.out_refund_no === body['out_refund_no']),
    ).toHaveLength(1)
  })

  it('under the same number with other parameters is refused', async () => {
    const body = refundBody(await paidOrder(simulator), fen(60))
    await refund(body)
    const answer = await refund({ ...body, ...fen(10) })
    expect([answer.status, answer.json.code]).toEqual([400, 'INVALID_REQUEST'])
    expect(answer.headers['request-id']).toMatch(/-268498688$/)
  })

  it('never takes more out of an order than was paid; a CLOSED one gives its part back', async () => {
    const number = await paidOrder(simulator)
    const first = refundBody(number, fen(70))
    expect((await refund(first)).status).toBe(200)
    const over = await refund(refundBody(number, fen(31)))
    expect([over.status, over.json.message]).toEqual([400, '申请退款金额超过订单可退金额'])
    await simulator.control.finishRefund(String(first['out_refund_no']), 'CLOSED')
    expect((await refund(refundBody(number, fen(100)))).status).toBe(200)
  })

  it('is refused after 50 others of the order', async () => {
    const number = await paidOrder(simulator)
    for (let count = 0; count < 50; count += 1)
      expect((await refund(refundBody(number, fen(1)))).status).toBe(200)
    const answer = await refund(refundBody(number, fen(1)))
    expect([answer.status, answer.json.code]).toEqual([400, 'INVALID_REQUEST'])
  })

  it('is refused for an order that is unknown or unpaid, for another total, and a year after', async () => {
    const unknown = await refund(refundBody('UNKNOWN1'))
    expect([unknown.status, unknown.json.code]).toEqual([404, 'RESOURCE_NOT_EXISTS'])
    const unpaid = prepayBody()
    await merchant.post('/v3/pay/transactions/native', unpaid)
    expect((await refund(refundBody(String(unpaid['out_trade_no'])))).json.code).toBe('RESOURCE_NOT_EXISTS')
    const number = await paidOrder(simulator)
    expect((await refund(refundBody(number, fen(10, 99)))).json.message).toBe('您的请求参数与订单信息不一致')
    await simulator.advance(366 * 86_400_000)
    expect((await refund(refundBody(number))).json.code).toBe('TRADE_OVERDUE')
  })

  it.each<[string, Record<string, unknown>, string]>([
    ['no amount', { amount: undefined }, '/amount'],
    ['no currency', { amount: { refund: 1, total: 100 } }, '/amount/currency'],
    ['another currency', { amount: { refund: 1, total: 100, currency: 'USD' } }, '/amount/currency'],
    ['an amount of 0', fen(0), '/amount/refund'],
    ['no refund number', { out_refund_no: undefined }, '/out_refund_no'],
    ['a refund number of 65 characters', { out_refund_no: 'R'.repeat(65) }, '/out_refund_no'],
    ['a reason of 81 bytes', { reason: '退'.repeat(27) }, '/reason'],
    ['an attach, which refunds do not have', { attach: 'x' }, '/attach'],
    ['a notify_url with a query', { notify_url: 'https://shop.example/n?a=1' }, '/notify_url'],
  ])('is refused with %s', async (_name, change, field) => {
    const { status, json } = await refund(refundBody('ORDER-1', change))
    expect([status, json.code, json.detail.field]).toEqual([400, 'PARAM_ERROR', field])
  })

  it('that WeChat does not know is RESOURCE_NOT_EXISTS in a query', async () => {
    const answer = await query(newNumber())
    expect([answer.status, answer.json.code]).toEqual([404, 'RESOURCE_NOT_EXISTS'])
  })

  it('can end ABNORMAL on command and become SUCCESS later, but never leave SUCCESS', async () => {
    const body = refundBody(await paidOrder(simulator))
    const number = String(body['out_refund_no'])
    await simulator.control.addFault({
      kind: 'refund_result',
      status: 'ABNORMAL',
      match: { out_refund_no: number },
    })
    await refund(body)
    await simulator.advance(DELAY_MS)
    expect((await query(number)).json.status).toBe('ABNORMAL')
    expect((await simulator.control.finishRefund(number)).status).toBe('SUCCESS')
    await expect(simulator.control.finishRefund(number, 'CLOSED')).rejects.toThrow('final')
  })

  it('is refused for want of money on command, and goes through afterwards under the same number', async () => {
    const body = refundBody(await paidOrder(simulator))
    await simulator.control.addFault({ kind: 'error', code: 'NOT_ENOUGH', match: { endpoint: 'refund' } })
    const refused = await refund(body)
    expect([refused.status, refused.json.code]).toEqual([403, 'NOT_ENOUGH'])
    expect((await refund(body)).status).toBe(200)
  })
})

describe('limits that are off by default', () => {
  it('keep a minute between two refunds of an order', async () => {
    const spaced = await startSimulator({ ...options, refundSpacingMs: 60_000 })
    const own = createMerchant(spaced)
    const number = await paidOrder(spaced)
    const send = (): Promise<Answer> => own.post('/v3/refund/domestic/refunds', refundBody(number, fen(1)))
    expect((await send()).status).toBe(200)
    expect([(await send()).status, (await send()).json.code]).toEqual([429, 'FREQUENCY_LIMITED'])
    await spaced.advance(60_000)
    expect((await send()).status).toBe(200)
    await spaced.stop()
  })

  it('refuse everything after 6 failing calls in a second', async () => {
    let now = Date.now()
    const limited = await startSimulator({ ...options, rateLimits: true, clock: { now: () => now } })
    const own = createMerchant(limited)
    for (let count = 0; count < 6; count += 1)
      expect((await own.get('/v3/refund/domestic/refunds/R1')).status).toBe(404)
    expect((await own.get('/v3/certificates')).json.code).toBe('FREQUENCY_LIMITED')
    now += 1001
    expect((await own.get('/v3/certificates')).status).toBe(200)
    await limited.stop()
  })
})
