import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AppError } from '#shared/errors.ts'
import { fen } from '#shared/money.ts'
import { reset } from '#test/support/wechat-peer.ts'
import { answers, business, failureOf, startAlipay } from './gateway-fixture.ts'
import type { AlipayFixture } from './gateway-fixture.ts'

const REFUND = 'alipay.trade.refund'
const QUERY = 'alipay.trade.fastpay.refund.query'
const payment = {
  out_trade_no: 'ORDER-1',
  transaction_id: '20260608',
  amount: { total: fen(8880), currency: 'CNY' },
}
const asked = { out_refund_no: 'R@1', amount: { refund: fen(1000) } }
const made = {
  code: '10000',
  out_trade_no: 'ORDER-1',
  trade_no: '20260608',
  refund_fee: '30.00',
  fund_change: 'Y',
}
const found = {
  code: '10000',
  out_trade_no: 'ORDER-1',
  trade_no: '20260608',
  out_request_no: 'R@1',
  total_amount: '88.80',
  refund_amount: '10.00',
  refund_status: 'REFUND_SUCCESS',
  gmt_refund_pay: '2026-06-08 19:00:00',
}
const told = {
  refund_id: 'R@1',
  out_refund_no: 'R@1',
  transaction_id: '20260608',
  out_trade_no: 'ORDER-1',
  status: 'SUCCESS',
  amount: { total: 8880, refund: 1000 },
}

let fixture: AlipayFixture
let body: string
beforeEach(async () => {
  fixture = await startAlipay()
  body = fixture.alipay.refundBody(payment, { ...asked, reason: '不要了' }, 'https://shop.example/unused')
})
afterEach(() => fixture.close())

describe('the bytes of a refund', () => {
  it('ask Alipay for what it knows, and nothing else', async () => {
    fixture.peer.answer(answers(REFUND, made))
    await fixture.alipay.createRefund(body)
    const [{ biz_content = '', notify_url } = {}] = fixture.sent()
    expect(notify_url).toBeUndefined()
    expect(JSON.parse(biz_content)).toEqual({
      out_trade_no: 'ORDER-1',
      trade_no: '20260608',
      refund_amount: '10.00',
      out_request_no: 'R@1',
      refund_reason: '不要了',
    })
  })

  it.each([
    ['funds_account', { funds_account: 'AVAILABLE' }],
    ['goods_detail', { goods_detail: [{}] }],
    ['amount.from', { amount: { refund: fen(1), from: [{ account: 'AVAILABLE', amount: fen(1) }] } }],
  ])('are not made with %s', (field, more) => {
    const make = () => fixture.alipay.refundBody(payment, { ...asked, ...more }, '')
    expect(make).toThrow(AppError)
    expect(make).toThrow(
      expect.objectContaining({ code: 'invalid_request', fields: [expect.objectContaining({ field })] }),
    )
  })

  it.each(['', '{}', '{"total":1}', '{"total":1,"biz_content":"{}"}', '{"total":-1,"biz_content":"{}"}'])(
    '%j are never sent',
    async (bytes) => {
      await expect(fixture.alipay.createRefund(bytes)).rejects.toThrow(TypeError)
      expect(fixture.peer.requests).toHaveLength(0)
    },
  )
})

describe('a refund', () => {
  it('is done at once when money moved, by the amount that was asked for', async () => {
    fixture.peer.answer(answers(REFUND, { ...made, gmt_refund_pay: '2026-06-08 19:00:00' }))
    expect(await fixture.alipay.createRefund(body)).toEqual({
      ...told,
      success_time: '2026-06-08T19:00:00+08:00',
    })
  })

  it.each([['N'], [undefined]])('that moved nothing (%s) is asked for', async (fund_change) => {
    fixture.peer.answer(answers(REFUND, { ...made, fund_change }), answers(QUERY, found))
    expect(await fixture.alipay.createRefund(body)).toMatchObject({ status: 'SUCCESS' })
    expect(fixture.sent().map(({ method }) => method)).toEqual([REFUND, QUERY])
  })

  it('that moved nothing and is not known is of unknown outcome', async () => {
    fixture.peer.answer(answers(REFUND, { ...made, fund_change: 'N' }), answers(QUERY, { code: '10000' }))
    expect(await failureOf(fixture.alipay.createRefund(body))).toMatchObject({
      code: 'server_error',
      certain: false,
    })
  })

  it.each([
    ['ACQ.SELLER_BALANCE_NOT_ENOUGH', 'refused', true],
    ['ACQ.TRADE_NOT_EXIST', 'not_found', true],
    ['ACQ.DISCORDANT_REPEAT_REQUEST', 'server_error', false],
    ['ACQ.REFUND_CHARGE_ERROR', 'server_error', false],
    ['ACQ.SYSTEM_ERROR', 'server_error', false],
  ])('answered %s is %s, certain: %s, and sent once', async (code, expected, certain) => {
    fixture.peer.answer(answers(REFUND, business(code)))
    const error = await failureOf(fixture.alipay.createRefund(body))
    expect([error.code, error.certain]).toEqual([expected, certain])
    expect(fixture.peer.requests).toHaveLength(1)
  })

  it('whose answer is lost is sent once', async () => {
    fixture.peer.answer(reset)
    expect(await failureOf(fixture.alipay.createRefund(body))).toMatchObject({
      code: 'network',
      certain: false,
    })
    expect(fixture.peer.requests).toHaveLength(1)
  })

  it('of another order is not taken', async () => {
    fixture.peer.answer(answers(REFUND, { ...made, out_trade_no: 'ORDER-2' }))
    expect(await failureOf(fixture.alipay.createRefund(body))).toMatchObject({ code: 'invalid_answer' })
  })
})

describe('asking for a refund', () => {
  const query = () => fixture.alipay.queryRefund('R@1', { outTradeNo: 'ORDER-1' })

  it('tells it by its order and number', async () => {
    fixture.peer.answer(answers(QUERY, found))
    expect(await query()).toEqual({ ...told, success_time: '2026-06-08T19:00:00+08:00' })
    expect(JSON.parse(fixture.sent()[0]?.['biz_content'] ?? '')).toEqual({
      out_trade_no: 'ORDER-1',
      out_request_no: 'R@1',
      query_options: ['gmt_refund_pay'],
    })
  })

  it.each([
    ['an answer without a state', { code: '10000' }],
    ['a trade that is not there', business('TRADE_NOT_EXIST')],
  ])('finds none in %s', async (_, content) => {
    fixture.peer.answer(answers(QUERY, content))
    expect(await failureOf(query())).toMatchObject({ code: 'not_found', certain: true })
  })

  it('finds none without its order', async () => {
    expect(await failureOf(fixture.alipay.queryRefund('R@1'))).toMatchObject({
      code: 'not_found',
      certain: true,
    })
    expect(fixture.peer.requests).toHaveLength(0)
  })

  it('tells a state that nobody knows', async () => {
    fixture.peer.answer(answers(QUERY, { ...found, refund_status: 'REFUND_LATER' }))
    expect(await query()).toMatchObject({ status: 'REFUND_LATER' })
    expect(fixture.logged[0]).toMatchObject({
      code: 'ALIPAY_STATE_UNKNOWN',
      fields: { out_refund_no: 'R@1' },
    })
  })

  it("takes a word of WeChat's for no state of Alipay's", async () => {
    fixture.peer.answer(answers(QUERY, { ...found, refund_status: 'CLOSED' }))
    expect(await query()).toMatchObject({ status: 'ALIPAY_CLOSED' })
  })

  it.each([
    ['another order', { out_trade_no: 'ORDER-2' }],
    ['another refund', { out_request_no: 'R@2' }],
    ['no amount', { refund_amount: undefined }],
    ['an amount of nothing', { refund_amount: '0.00' }],
  ])('does not take %s', async (_, more) => {
    fixture.peer.answer(answers(QUERY, { ...found, ...more }))
    expect(await failureOf(query())).toMatchObject({ code: 'invalid_answer', certain: false })
  })
})
