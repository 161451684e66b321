import { describe, expect, it } from 'vitest'
import { parsePrepayRequest } from '#functions/prepay/schema.ts'
import { requestProblems } from '#test/support/request-problems.ts'

const native = { channel: 'native', out_trade_no: 'ORDER-0001', description: 'tea', amount: { total: 1 } }
const scene = { payer_client_ip: '203.0.113.7' }

const problems = (body: unknown) => requestProblems(parsePrepayRequest, body)

describe('the prepay request', () => {
  it.each([
    [native],
    [
      {
        ...native,
        channel: 'app',
        attach: 'a'.repeat(128),
        goods_tag: 'g',
        support_fapiao: true,
        settle_info: { profit_sharing: false },
      },
    ],
    [
      {
        ...native,
        channel: 'jsapi',
        payer: { openid: 'o' },
        time_expire: '2026-12-31T23:59:59+08:00',
        scene_info: scene,
      },
    ],
    [{ ...native, channel: 'h5', scene_info: { ...scene, h5_info: { type: 'Wap' } } }],
    [
      {
        ...native,
        out_trade_no: 'a|b*c_-',
        amount: { total: 2 ** 53 - 1, currency: 'CNY' },
        description: '茶'.repeat(127),
      },
    ],
    [
      {
        ...native,
        detail: { cost_price: 1, goods_detail: [{ merchant_goods_id: 'g', quantity: 1, unit_price: 1 }] },
      },
    ],
  ])('accepts %o', (body) => {
    expect(problems(body)).toEqual([])
  })

  const NO_MOMENTS = {
    'a day that February does not have': '2026-02-30T12:00:00+08:00',
    'a day that February has in other years': '2026-02-29T12:00:00+08:00',
    'a day that April does not have': '2026-04-31T12:00:00+08:00',
    'a day 0': '2026-01-00T12:00:00+08:00',
    'a month 13': '2026-13-01T12:00:00+08:00',
    'the hour 24': '2026-01-31T24:00:00+08:00',
    'the minute 60': '2026-01-31T12:60:00+08:00',
    'a leap second': '2026-12-31T23:59:60Z',
    'an offset of 99 hours': '2026-01-31T12:00:00+99:99',
    'an offset of 24 hours': '2026-01-31T12:00:00+24:00',
    'an offset of 60 minutes': '2026-01-31T12:00:00+08:60',
    'no offset': '2026-01-31T12:00:00',
    'small letters': '2026-01-31t12:00:00z',
    'fractions of a second': '2026-01-31T12:00:00.5+08:00',
    'digits of another script': '２０２６-01-31T12:00:00+08:00',
    'more text after it': '2026-01-31T12:00:00Z\n',
  }
  it.each(Object.entries(NO_MOMENTS))('case 30: refuses a time_expire with %s', (_, time_expire) => {
    const rule =
      'must be a real moment in RFC 3339, with a time zone and without fractions, as in 2026-01-31T12:00:00+08:00'
    const received = `string of ${time_expire.length} characters`
    expect(problems({ ...native, time_expire })).toEqual([{ field: 'time_expire', rule, received }])
  })

  it.each([
    '2026-01-31T12:00:00-00:00',
    '9999-12-31T23:59:59Z',
    '2028-02-29T00:00:00+08:00',
    '2000-02-29T00:00:00+08:00',
    '2026-01-31T12:00:00+23:59',
  ])('case 30: accepts %s as time_expire', (time_expire) => {
    expect(problems({ ...native, time_expire })).toEqual([])
  })

  it('says CNY where no currency is given', () => {
    expect(parsePrepayRequest(native).amount).toEqual({ total: 1, currency: 'CNY' })
  })

  it.each([
    ['zero', 0],
    ['negative number', -1],
    ['fractional number', 1.5],
    ['number above 2^53 - 1', 2 ** 53],
    ['string of 1 characters', '1'],
    ['null', null],
    ['list', [1]],
    ['boolean', true],
  ])('refuses an amount that is a %s', (received, total) => {
    expect(problems({ ...native, amount: { total } })).toEqual([
      {
        field: 'amount.total',
        rule: 'must be a whole number of fen (a JSON number) from 1 to 2^53 - 1',
        received,
      },
    ])
  })

  it.each([
    ['amount', { ...native, amount: undefined }, 'is required', 'nothing'],
    ['amount.total', { ...native, amount: {} }, 'is required', 'nothing'],
    ['amount', { ...native, amount: 5 }, 'must be an object', 'whole number'],
    ['description', { ...native, description: '' }, 'must not be empty', 'string of 0 characters'],
    [
      'description',
      { ...native, description: 'x'.repeat(128) },
      'must have at most 127 characters',
      'string of 128 characters',
    ],
    [
      'description',
      { ...native, description: 'a\u0000b' },
      'must not have control characters or broken surrogates',
      'string of 3 characters',
    ],
    [
      'attach',
      { ...native, attach: '\ud800' },
      'must not have control characters or broken surrogates',
      'string of 1 characters',
    ],
    [
      'out_trade_no',
      { ...native, out_trade_no: 'short' },
      'must have 6 to 32 characters of 0-9 A-Z a-z _ - | *',
      'string of 5 characters',
    ],
    [
      'out_trade_no',
      { ...native, out_trade_no: 'ORDER#0001' },
      'must have 6 to 32 characters of 0-9 A-Z a-z _ - | *',
      'string of 10 characters',
    ],
    ['currency', { ...native, currency: 'CNY' }, 'is not a field of this request', 'string of 3 characters'],
    [
      'amount.currency',
      { ...native, amount: { total: 1, currency: 'USD' } },
      'must be CNY',
      'string of 3 characters',
    ],
    ['payer', { ...native, payer: { openid: 'o' } }, 'is not a field of this request', 'object'],
    ['payer', { ...native, channel: 'jsapi' }, 'is required', 'nothing'],
    ['scene_info', { ...native, channel: 'h5' }, 'is required', 'nothing'],
    [
      'scene_info.h5_info.type',
      { ...native, channel: 'h5', scene_info: { ...scene, h5_info: { type: 'x' } } },
      'must be Wap, iOS or Android',
      'string of 1 characters',
    ],
    [
      'scene_info.payer_client_ip',
      { ...native, scene_info: { payer_client_ip: 'localhost' } },
      'must be an IPv4 or IPv6 address',
      'string of 9 characters',
    ],
    [
      'channel',
      { ...native, channel: 'micropay' },
      'must be one of jsapi, app, h5, native, precreate, page_pay, wap_pay, app_pay',
      'string of 8 characters',
    ],
    [
      'time_expire',
      { ...native, time_expire: '2026-12-31' },
      'must be a real moment in RFC 3339, with a time zone and without fractions, as in 2026-01-31T12:00:00+08:00',
      'string of 10 characters',
    ],
    [
      'support_fapiao',
      { ...native, support_fapiao: 'yes' },
      'must be true or false',
      'string of 3 characters',
    ],
    [
      'notify_url',
      { ...native, notify_url: 'https://evil.example' },
      'is not a field of this request',
      'string of 20 characters',
    ],
  ])('refuses %s in %o', (field, body, rule, received) => {
    expect(problems(body)).toEqual([{ field, rule, received }])
  })

  it('names the channel when it is missing', () => {
    expect(problems({ ...native, channel: undefined })).toMatchObject([
      { field: 'channel', rule: 'is required' },
    ])
  })

  it('repeats neither values nor odd names', () => {
    const text = JSON.stringify(
      problems({ ...native, attach: 7, 'secret <b>': 'hush', description: 'hush'.repeat(99) }),
    )
    expect(text).not.toMatch(/hush|<b>/)
    expect(text).toContain('(unprintable name)')
  })

  it('lists at most 20 problems', () => {
    expect(
      problems({
        ...native,
        ...Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`x${index}`, 1])),
      }),
    ).toHaveLength(1)
    const goods = Array.from({ length: 30 }, () => ({ merchant_goods_id: '', quantity: 1, unit_price: 1 }))
    expect(problems({ ...native, detail: { goods_detail: goods } })).toHaveLength(20)
  })
})
