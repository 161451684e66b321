import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { signedText } from '#shared/alipay/signed-text.ts'
import { verifySha256 } from '#shared/crypto/rsa.ts'
import { AppError } from '#shared/errors.ts'
import { fen } from '#shared/money.ts'
import type { PrepayBody } from '#shared/orders/payment-channel.ts'
import { ACCOUNT, APP, APP_ID } from './alipay-keys.ts'
import { answers, business, failureOf, startAlipay } from './gateway-fixture.ts'
import type { AlipayFixture } from './gateway-fixture.ts'

const QUERY = 'alipay.trade.query'
const PRECREATE = 'alipay.trade.precreate'
const CLOSE = 'alipay.trade.close'
const expiresAt = Date.parse('2026-06-08T12:00:00Z')
const body: PrepayBody = {
  appid: APP_ID,
  mchid: ACCOUNT,
  description: '语雀空间',
  out_trade_no: 'ORDER-1',
  notify_url: 'https://shop.example/alipay/notify',
  amount: { total: fen(8880), currency: 'CNY' },
  attach: 'a=1&b=2',
  return_url: 'https://shop.example/paid',
  quit_url: 'https://shop.example/left',
}
const content = {
  out_trade_no: 'ORDER-1',
  total_amount: '88.80',
  subject: '语雀空间',
  time_expire: '2026-06-08 20:00:00',
  passback_params: 'a%3D1%26b%3D2',
  quit_url: 'https://shop.example/left',
}

let fixture: AlipayFixture
beforeEach(async () => {
  fixture = await startAlipay()
})
afterEach(() => fixture.close())

const told = (more: object) => answers(QUERY, { code: '10000', out_trade_no: 'ORDER-1', ...more })
const paid = {
  trade_no: '20260608',
  total_amount: '88.80',
  buyer_pay_amount: '80.00',
  send_pay_date: '2026-06-08 18:00:00',
}

describe('placing an order', () => {
  it('asks for a QR code, once', async () => {
    const qr_code = 'https://qr.alipay.com/bavh4wjlxf12tper3a'
    fixture.peer.answer(answers(PRECREATE, { code: '10000', out_trade_no: 'ORDER-1', qr_code }))
    expect(await fixture.alipay.prepay('precreate', body, { expiresAt })).toEqual({ code_url: qr_code })
    const [{ notify_url, biz_content = '' } = {}] = fixture.sent()
    expect(notify_url).toBe(body.notify_url)
    expect(JSON.parse(biz_content)).toEqual(content)
  })

  it.each([
    ['ACQ.TRADE_HAS_SUCCESS', 'already_paid'],
    ['ACQ.TRADE_HAS_CLOSE', 'order_closed'],
    ['ACQ.CONTEXT_INCONSISTENT', 'number_used'],
    ['ACQ.APPLY_PC_MERCHANT_CODE_ERROR', 'number_used'],
    ['ACQ.TOTAL_FEE_EXCEED', 'refused'],
  ])('is refused with %s as %s', async (code, expected) => {
    fixture.peer.answer(answers(PRECREATE, business(code)))
    const error = await failureOf(fixture.alipay.prepay('precreate', body))
    expect([error.code, error.certain, error.wechatCode]).toEqual([expected, true, code])
    expect(fixture.peer.requests).toHaveLength(1)
  })

  it.each([
    ['no code', { out_trade_no: 'ORDER-1' }],
    ['a code that is none', { out_trade_no: 'ORDER-1', qr_code: 'javascript:alert(1)' }],
    ['another order', { out_trade_no: 'ORDER-2', qr_code: 'https://qr.alipay.com/x' }],
  ])('does not take %s', async (_, more) => {
    fixture.peer.answer(answers(PRECREATE, { code: '10000', ...more }))
    expect(await failureOf(fixture.alipay.prepay('precreate', body))).toMatchObject({
      code: 'invalid_answer',
    })
  })

  it.each(['page_pay', 'wap_pay', 'app_pay'] as const)('calls nobody for %s', async (method) => {
    expect(await fixture.alipay.prepay(method, body)).toEqual({})
    expect(fixture.peer.requests).toHaveLength(0)
  })

  it.each(['a/b', 'a=b', 'a&b'])(
    'refuses the description %j, which Alipay takes in no subject',
    async (description) => {
      for (const method of ['precreate', 'page_pay'] as const) {
        const placing = fixture.alipay.prepay(method, { ...body, description })
        await expect(placing).rejects.toMatchObject({
          code: 'invalid_request',
          fields: [{ field: 'description' }],
        })
        await expect(placing).rejects.toBeInstanceOf(AppError)
      }
      expect(fixture.peer.requests).toHaveLength(0)
    },
  )
})

describe('what the client of the payer gets', () => {
  it.each([
    ['page_pay', 'alipay.trade.page.pay', 'FAST_INSTANT_TRADE_PAY'],
    ['wap_pay', 'alipay.trade.wap.pay', 'QUICK_WAP_WAY'],
    ['app_pay', 'alipay.trade.app.pay', 'QUICK_MSECURITY_PAY'],
  ] as const)('for %s is signed for %s', async (way, method, product_code) => {
    const given = await fixture.alipay.clientParameters(way, { body, expiresAt })
    const text =
      'pay_url' in given
        ? given.pay_url.slice(`${fixture.peer.origin}/gateway.do?`.length)
        : given.order_string
    expect('pay_url' in given).toBe(way !== 'app_pay')
    const { sign = '', ...parameters } = Object.fromEntries(new URLSearchParams(text))
    expect(parameters).toMatchObject({ app_id: APP_ID, method, notify_url: body.notify_url })
    expect(parameters['return_url']).toBe(way === 'app_pay' ? undefined : body.return_url)
    expect(JSON.parse(parameters['biz_content'] ?? '')).toEqual({ ...content, product_code })
    expect(verifySha256(APP.publicKey, Buffer.from(signedText(Object.entries(parameters))), sign)).toBe(true)
    expect(text).not.toContain('+')
    expect(fixture.peer.requests).toHaveLength(0)
  })
})

describe('asking for an order', () => {
  it.each([
    ['TRADE_SUCCESS', paid, 'SUCCESS'],
    ['TRADE_FINISHED', paid, 'SUCCESS'],
    ['TRADE_CLOSED', paid, 'REFUND'],
    ['TRADE_CLOSED', { trade_no: '20260608', total_amount: '88.80' }, 'CLOSED'],
    ['WAIT_BUYER_PAY', { trade_no: '20260608', total_amount: '88.80', buyer_pay_amount: '0.00' }, 'NOTPAY'],
  ])('%s of %j is %s', async (trade_status, more, trade_state) => {
    fixture.peer.answer(told({ trade_status, ...more }))
    expect(await fixture.alipay.queryOrder('ORDER-1')).toEqual({
      appid: APP_ID,
      mchid: ACCOUNT,
      out_trade_no: 'ORDER-1',
      trade_state,
      transaction_id: '20260608',
      amount: {
        total: 8880,
        currency: 'CNY',
        ...('buyer_pay_amount' in more ? { payer_total: trade_state === 'NOTPAY' ? 0 : 8000 } : {}),
      },
      ...('send_pay_date' in more ? { success_time: '2026-06-08T18:00:00+08:00' } : {}),
    })
  })

  it('that no payer has opened yet is an order that waits', async () => {
    fixture.peer.answer(answers(QUERY, business('ACQ.TRADE_NOT_EXIST')))
    expect(await fixture.alipay.queryOrder('ORDER-1')).toEqual({
      mchid: ACCOUNT,
      out_trade_no: 'ORDER-1',
      trade_state: 'NOTPAY',
    })
    expect(await failureOf(fixture.alipay.queryTransaction('20260608'))).toMatchObject({
      code: 'not_found',
      certain: true,
    })
  })

  it.each([
    ['another order', { trade_status: 'TRADE_SUCCESS', ...paid, out_trade_no: 'ORDER-2' }],
    ['no state', paid],
    ['a payment without a number', { trade_status: 'TRADE_SUCCESS', total_amount: '88.80' }],
    ['a payment without an amount', { trade_status: 'TRADE_FINISHED', trade_no: '1' }],
    [
      'a refunded payment without an amount',
      { trade_status: 'TRADE_CLOSED', trade_no: '1', send_pay_date: '2026-06-08 18:00:00' },
    ],
    ['an amount that is no text', { trade_status: 'TRADE_SUCCESS', ...paid, total_amount: 88.8 }],
  ])('does not take %s', async (_, more) => {
    fixture.peer.answer(told(more))
    expect(await failureOf(fixture.alipay.queryOrder('ORDER-1'))).toMatchObject({
      code: 'invalid_answer',
      certain: false,
    })
  })

  it('by its trade takes that trade alone', async () => {
    fixture.peer.answer(told({ trade_status: 'TRADE_SUCCESS', ...paid }))
    expect(await fixture.alipay.queryTransaction('20260608')).toMatchObject({ trade_state: 'SUCCESS' })
    expect(JSON.parse(fixture.sent()[0]?.['biz_content'] ?? '')).toEqual({ trade_no: '20260608' })
    expect(await failureOf(fixture.alipay.queryTransaction('20260609'))).toMatchObject({
      code: 'invalid_answer',
    })
  })

  it('tells a state that nobody knows', async () => {
    fixture.peer.answer(told({ trade_status: 'TRADE_FROZEN' }))
    expect(await fixture.alipay.queryOrder('ORDER-1')).toMatchObject({ trade_state: 'TRADE_FROZEN' })
    const fields = { field: 'trade_status', outcome: 'TRADE_FROZEN', out_trade_no: 'ORDER-1' }
    expect(fixture.logged).toEqual([{ code: 'ALIPAY_STATE_UNKNOWN', fields }])
  })

  it('tells such a state with the time of a payment, whatever else of it is missing', async () => {
    fixture.peer.answer(told({ trade_status: 'TRADE_FROZEN', send_pay_date: '2026-06-08 18:00:00' }))
    const { success_time, amount } = await fixture.alipay.queryOrder('ORDER-1')
    expect([success_time, amount]).toEqual(['2026-06-08T18:00:00+08:00', undefined])
  })

  it("takes a word of WeChat's for no state of Alipay's", async () => {
    fixture.peer.answer(told({ trade_status: 'CLOSED' }))
    expect(await fixture.alipay.queryOrder('ORDER-1')).toMatchObject({ trade_state: 'ALIPAY_CLOSED' })
  })
})

describe('closing an order', () => {
  it('is done when Alipay says so', async () => {
    fixture.peer.answer(answers(CLOSE, { code: '10000', out_trade_no: 'ORDER-1', trade_no: '1' }))
    expect(await fixture.alipay.closeOrder('ORDER-1')).toBeUndefined()
    expect(JSON.parse(fixture.sent()[0]?.['biz_content'] ?? '')).toEqual({ out_trade_no: 'ORDER-1' })
  })

  it('that no payer has opened is done when its time is over, and not before', async () => {
    fixture.peer.answer(answers(CLOSE, business('ACQ.TRADE_NOT_EXIST')))
    expect(await fixture.alipay.closeOrder('ORDER-1', { expired: true })).toBeUndefined()
    expect(await failureOf(fixture.alipay.closeOrder('ORDER-1'))).toMatchObject({ code: 'not_found' })
  })

  it.each([
    ['ACQ.REASON_TRADE_STATUS_INVALID', 'refused', true],
    ['ACQ.TRADE_HAS_CLOSE', 'order_closed', true],
    ['ACQ.SYSTEM_ERROR', 'server_error', false],
  ])('is refused with %s as %s', async (code, expected, certain) => {
    fixture.peer.answer(answers(CLOSE, business(code)))
    const error = await failureOf(fixture.alipay.closeOrder('ORDER-1', { expired: true }))
    expect([error.code, error.certain]).toEqual([expected, certain])
  })
})
