import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isPaid, parseNotifiedRefund, parseRefund, parseTransaction } from '#shared/wechat/v3/resources.ts'
import { vector } from '#test/support/vectors.ts'

const paid = {
  appid: 'wxd678efh567hg6787',
  mchid: '1230000109',
  out_trade_no: 'order|1*',
  trade_state: 'SUCCESS',
  transaction_id: '1217752501201407033233368018',
  trade_type: 'JSAPI',
  bank_type: 'CMC',
  attach: '自定义数据',
  success_time: '2018-06-08T10:34:56+08:00',
  amount: { total: 100, payer_total: 90, currency: 'CNY' },
}
const refund = {
  refund_id: '50000000382019052709732678859',
  out_refund_no: 'refund@1',
  transaction_id: '1217752501201407033233368018',
  out_trade_no: 'order|1*',
  status: 'SUCCESS',
  amount: { total: 100, refund: 10 },
  channel: 'ORIGINAL',
  success_time: '2020-12-01T16:18:12+08:00',
}

/** WeChat's refund channel, apart from the payment method and from who WeChat is to us. */
const { channel: refund_channel, ...others } = refund
const refundRead = { ...others, refund_channel }

function fieldOf(parsed: ReturnType<typeof parseTransaction> | ReturnType<typeof parseRefund>): string {
  if (parsed.ok) throw new Error('expected a refusal')
  return parsed.field
}

describe('parseTransaction', () => {
  it('keeps exactly the fields of the port, and never the payer', () => {
    const sent = {
      ...paid,
      payer: { openid: 'o-canary' },
      trade_state_desc: 'x',
      new_field: {},
      amount: { ...paid.amount, payer_currency: 'CNY' },
    }
    expect(parseTransaction(sent)).toEqual({ ok: true, value: paid })
  })

  it('reads the official sample', () => {
    const parsed = parseTransaction(vector('resource-sample-transaction')['plaintext'])
    expect(parsed).toMatchObject({
      ok: true,
      value: { trade_state: 'SUCCESS', amount: { total: 100, payer_total: 100, currency: 'CNY' } },
    })
    expect(JSON.stringify(parsed)).not.toContain('openid')
  })

  it.each([
    'resource-sample-partner-transaction',
    'resource-sample-combine-transaction',
    'resource-sample-refund',
  ])('does not mistake %s for an order of a direct merchant', (name) => {
    expect(parseTransaction(vector(name)['plaintext']).ok).toBe(false)
  })

  it('reads an unpaid order, whose fields may be absent, empty or null', () => {
    const { transaction_id: _t, success_time: _s, trade_type: _y, bank_type: _b, attach: _a, ...rest } = paid
    const unpaid = { ...rest, trade_state: 'NOTPAY', amount: { total: 100, payer_total: null } }
    const value = { ...rest, trade_state: 'NOTPAY', amount: { total: 100, currency: 'CNY' } }
    expect(parseTransaction(unpaid)).toEqual({ ok: true, value })
    const blank = {
      ...unpaid,
      transaction_id: '',
      success_time: '',
      trade_type: null,
      bank_type: '',
      attach: '',
    }
    expect(parseTransaction(blank)).toEqual({ ok: true, value })
    expect(parseTransaction({ ...blank, amount: null })).toEqual({
      ok: true,
      value: { ...rest, trade_state: 'NOTPAY', amount: undefined },
    })
  })

  it.each(['SUCCESS', 'REFUND'])('demands number and amount of an order in state %s', (trade_state) => {
    for (const field of ['transaction_id', 'amount'] as const) {
      expect(parseTransaction({ ...paid, trade_state, [field]: undefined }).ok).toBe(false)
      expect(parseTransaction({ ...paid, trade_state: 'CLOSED', [field]: undefined }).ok).toBe(true)
    }
    const parsed = parseTransaction({ ...paid, trade_state })
    expect(parsed.ok && isPaid(parsed.value)).toBe(true)
  })

  it('does not call an order paid whose state does not say so', () => {
    const parsed = parseTransaction({ ...paid, trade_state: 'NOTPAY' })
    expect(parsed.ok && isPaid(parsed.value)).toBe(false)
  })

  it.each([0, -1, 1.5, '100', null, true, 2 ** 53, Number.NaN, [100]])('refuses the total %j', (total) => {
    expect(fieldOf(parseTransaction({ ...paid, amount: { ...paid.amount, total } }))).toBe('amount.total')
  })

  it('keeps what the payer paid, also nothing where coupons paid it all; what is no amount is left out', () => {
    const payerTotal = (payer_total: unknown) =>
      parseTransaction({ ...paid, amount: { ...paid.amount, payer_total } })
    expect(payerTotal(0).ok).toBe(true)
    for (const wrong of [-1, '90', 0.5]) {
      const parsed = payerTotal(wrong)
      expect(parsed.ok && parsed.value.amount).toEqual({ total: 100, currency: 'CNY' })
    }
  })

  it.each([
    ['trade_state', 7],
    ['trade_state', 'X'.repeat(65)],
    ['out_trade_no', 'a#b'],
    ['out_trade_no', 'x'.repeat(33)],
    ['mchid', 1230000109],
    ['mchid', ''],
    ['mchid', 'x'.repeat(33)],
    ['appid', 'wx\n1'],
    ['transaction_id', 'x'.repeat(33)],
    ['amount', [1]],
  ])('refuses a %s of %j and names the field only', (field, value) => {
    const parsed = parseTransaction({ ...paid, [field]: value })
    expect(fieldOf(parsed)).toMatch(new RegExp(`^${field}`))
    expect(JSON.stringify(parsed)).toBe(JSON.stringify({ ok: false, field: fieldOf(parsed) }))
  })

  it('never throws, and never lets a prototype through', () => {
    fc.assert(fc.property(fc.anything(), (value) => !parseTransaction(value).ok && !parseRefund(value).ok))
    const parsed = parseTransaction(
      JSON.parse(`{"__proto__":{"appid":"wx1"},${JSON.stringify(paid).slice(1)}`),
    )
    expect(parsed).toEqual({ ok: true, value: paid })
    expect(Object.getPrototypeOf(parsed.ok ? parsed.value : null)).toBe(Object.prototype)
  })
})

describe('refunds', () => {
  it('keeps exactly the fields of the port', () => {
    const sent = {
      ...refund,
      create_time: '2020-12-01T16:18:12+08:00',
      user_received_account: 'canary 0403',
      funds_account: 'AVAILABLE',
      amount: { ...refund.amount, from: [] },
    }
    const { create_time } = sent
    expect(parseRefund(sent)).toEqual({ ok: true, value: { ...refundRead, create_time } })
  })

  it('reads `status` in answers and `refund_status` in notifications, never the one for the other', () => {
    const { status, ...rest } = refund
    const notified = { ...rest, mchid: '1900000100', refund_status: status }
    expect(parseNotifiedRefund(notified)).toEqual({
      ok: true,
      value: { mchid: '1900000100', refund: refundRead },
    })
    expect(fieldOf(parseRefund(notified))).toBe('status')
    expect(parseNotifiedRefund({ ...refund, mchid: '1900000100' })).toEqual({
      ok: false,
      field: 'refund_status',
    })
    expect(parseNotifiedRefund({ ...notified, mchid: undefined })).toEqual({ ok: false, field: 'mchid' })
  })

  it('reads the official sample of a notification', () => {
    const parsed = parseNotifiedRefund(vector('resource-sample-refund')['plaintext'])
    expect(parsed).toMatchObject({
      ok: true,
      value: { mchid: '1900000100', refund: { status: 'SUCCESS', amount: { total: 999, refund: 999 } } },
    })
    expect(JSON.stringify(parsed)).not.toContain('招商')
  })

  it.each([
    ['status', ['SUCCESS']],
    ['out_refund_no', 'a#b'],
    ['out_refund_no', 'x'.repeat(65)],
    ['refund_id', undefined],
    ['transaction_id', null],
    ['out_trade_no', ''],
    ['amount.refund', { total: 100, refund: 0 }],
    ['amount.total', { total: '100', refund: 1 }],
  ])('refuses a wrong %s', (field, value) => {
    const [top = ''] = field.split('.')
    expect(fieldOf(parseRefund({ ...refund, [top]: value }))).toBe(field)
  })
})
