/** What WeChat's documents allow in a refund or a payment reaches WeChat as it was given. */
import { describe, expect, it } from 'vitest'
import { createPrepay } from '#functions/prepay/prepay.ts'
import { parsePrepayRequest } from '#functions/prepay/schema.ts'
import { createRefund } from '#functions/refund/refund.ts'
import { parseRefundRequest } from '#functions/refund/schema.ts'
import type { AppError } from '#shared/errors.ts'
import { failing, fakeWechat } from '#test/support/fake-wechat.ts'
import { APPID, MCHID, paidOrder } from '#test/support/orders.ts'
import { aWorld } from '#test/support/world.ts'

const good = { merchant_goods_id: '1', unit_price: 10, refund_amount: 10, refund_quantity: 1 }
const available = (amount: number) => ({ account: 'AVAILABLE', amount })
const unavailable = (amount: number) => ({ account: 'UNAVAILABLE', amount })

async function refunding() {
  const world = aWorld()
  await world.given(paidOrder())
  const wechat = fakeWechat({ createRefund: failing('timeout') })
  const refund = createRefund({ ...world, notifyUrl: 'https://pay.example/refund', channel: wechat })
  return {
    refund: (body: object) => refund('ORDER-0001', parseRefundRequest(body), {}),
    sent: () => wechat.calls.map(([, bytes]) => String(bytes)),
  }
}

function problem(parse: () => unknown): string {
  try {
    parse()
  } catch (error) {
    return (error as AppError).message
  }
  return ''
}

describe('case 13: goods_detail and amount.from of a refund', () => {
  const body = {
    out_refund_no: 'R1',
    amount: { refund: 40, from: [available(40)] },
    goods_detail: [good],
  }

  it('reach WeChat as they are given', async () => {
    const { refund, sent } = await refunding()
    expect((await refund(body)).refund).toMatchObject({ status: 'UNKNOWN', amount: 40 })
    expect(sent()).toEqual([
      JSON.stringify({
        transaction_id: '4200000000000001',
        out_refund_no: 'R1',
        notify_url: 'https://pay.example/refund',
        amount: { refund: 40, total: 1000, currency: 'CNY', from: [available(40)] },
        goods_detail: [good],
      }),
    ])
  })

  it('belong to the request: the same number with others is another refund', async () => {
    const { refund, sent } = await refunding()
    await refund(body)
    await refund(structuredClone(body))
    for (const change of [
      { goods_detail: [{ ...good, refund_amount: 9 }] },
      { goods_detail: undefined },
      { amount: { refund: 40, from: [unavailable(40)] } },
      { amount: { refund: 40 } },
    ])
      await expect(refund({ ...body, ...change })).rejects.toMatchObject({ code: 'refund_number_used' })
    expect(sent()).toHaveLength(1)
  })

  it.each<[string, object]>([
    ['two accounts', { amount: { refund: 40, from: [available(10), unavailable(30)] } }],
    ['an account without goods', { goods_detail: undefined }],
    ['goods without an account', { amount: { refund: 40 } }],
    ['goods that were given away', { goods_detail: [{ ...good, unit_price: 0, refund_amount: 0 }] }],
    [
      'goods with all that they may have',
      { goods_detail: [{ ...good, wechatpay_goods_id: '1001', goods_name: '茶' }] },
    ],
    [
      'the longest names',
      { goods_detail: [{ ...good, merchant_goods_id: 'g'.repeat(32), goods_name: '茶'.repeat(256) }] },
    ],
    [
      'many goods',
      {
        goods_detail: Array.from({ length: 60 }, (_, index) => ({ ...good, merchant_goods_id: `g${index}` })),
      },
    ],
  ])('%s are taken', async (_, change) => {
    const { refund, sent } = await refunding()
    const given = { ...body, ...change }
    await refund(given)
    expect(JSON.parse(sent()[0]!)).toMatchObject(JSON.parse(JSON.stringify(given)) as object)
  })

  it.each<[string, object, string]>([
    [
      'less than the refund',
      { amount: { refund: 40, from: [available(39)] } },
      'amount.from must add up to amount.refund',
    ],
    [
      'more than the refund',
      { amount: { refund: 40, from: [available(40), unavailable(1)] } },
      'amount.from must add up',
    ],
    [
      'one account twice',
      { amount: { refund: 40, from: [available(20), available(20)] } },
      'amount.from must name an account once',
    ],
    ['no account', { amount: { refund: 40, from: [] } }, 'amount.from must have at least 1 entry'],
    [
      'another account',
      { amount: { refund: 40, from: [{ account: 'MINE', amount: 40 }] } },
      'amount.from.0.account must be',
    ],
    [
      'an amount in text',
      { amount: { refund: 40, from: [{ account: 'AVAILABLE', amount: '40' }] } },
      'amount.from.0.amount must be',
    ],
    [
      'an unknown field of an account',
      { amount: { refund: 40, from: [{ ...available(40), a: 1 }] } },
      'is not a field',
    ],
    ['no goods', { goods_detail: [] }, 'goods_detail must have at least 1 entry'],
    ['goods that are no list', { goods_detail: good }, 'goods_detail must be a list'],
    [
      'goods without a quantity',
      { goods_detail: [{ ...good, refund_quantity: undefined }] },
      'goods_detail.0.refund_quantity',
    ],
    [
      'no piece of goods',
      { goods_detail: [{ ...good, refund_quantity: 0 }] },
      'goods_detail.0.refund_quantity must be',
    ],
    [
      'a price below nothing',
      { goods_detail: [{ ...good, unit_price: -1 }] },
      'goods_detail.0.unit_price must be',
    ],
    [
      'a fraction of a fen',
      { goods_detail: [{ ...good, refund_amount: 0.5 }] },
      'goods_detail.0.refund_amount must be',
    ],
    [
      'an id of 33 characters',
      { goods_detail: [{ ...good, merchant_goods_id: 'g'.repeat(33) }] },
      'goods_detail.0.merchant_goods_id',
    ],
    [
      'an unknown field of goods',
      { goods_detail: [{ ...good, quantity: 1 }] },
      'goods_detail.0.quantity is not a field',
    ],
    [
      'over 6,144 bytes',
      { goods_detail: Array.from({ length: 8 }, () => ({ ...good, goods_name: '茶'.repeat(256) })) },
      'goods_detail must have at most 6144 bytes',
    ],
  ])('%s is refused', (_, change, rule) => {
    expect(problem(() => parseRefundRequest({ ...body, ...change }))).toContain(rule)
  })
})

describe('limit_pay of a payment', () => {
  const native = { channel: 'native', out_trade_no: 'ORDER-0001', description: 'tea', amount: { total: 100 } }

  it.each([[['no_credit']], [['no_debit']], [['no_balance', 'no_credit']]])(
    '%j reaches WeChat',
    async (limit_pay) => {
      const world = aWorld()
      const wechat = fakeWechat({ prepay: async () => ({ code_url: 'weixin://wxpay/bizpayurl?pr=1' }) })
      const prepay = createPrepay({
        ...world,
        mchid: MCHID,
        appids: [APPID],
        notifyUrl: 'https://pay.example/payment',
        payParams: async () => undefined,
        channel: wechat,
      })
      await prepay(parsePrepayRequest({ ...native, limit_pay }), {})
      expect(wechat.calls[0]).toEqual([
        'prepay',
        'native',
        expect.objectContaining({ limit_pay }),
        { expiresAt: expect.any(Number) },
      ])
      await expect(prepay(parsePrepayRequest(native), {})).rejects.toMatchObject({
        code: 'order_number_used',
      })
    },
  )

  it.each<[unknown, string]>([
    ['no_credit', 'limit_pay must be a list'],
    [[], 'limit_pay must have at least 1 entry'],
    [['NO_CREDIT'], "limit_pay.0 must be one of WeChat's words"],
    [[''], 'limit_pay.0'],
    [[1], 'limit_pay.0 must be a string'],
    [['x'.repeat(33)], 'limit_pay.0'],
    [Array.from({ length: 11 }, () => 'no_credit'), 'limit_pay must have at most 10 entries'],
  ])('%j is refused', (limit_pay, rule) => {
    expect(problem(() => parsePrepayRequest({ ...native, limit_pay }))).toContain(rule)
  })
})
