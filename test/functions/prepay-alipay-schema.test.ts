import { describe, expect, it } from 'vitest'
import { parsePrepayRequest } from '#functions/prepay/schema.ts'
import { requestProblems } from '#test/support/request-problems.ts'

const asked = {
  provider: 'alipay',
  channel: 'precreate',
  out_trade_no: 'ORDER_1',
  description: '茶 tea',
  amount: { total: 1 },
}
const page = { ...asked, channel: 'page_pay' }
const wap = { ...asked, channel: 'wap_pay' }

const problems = (body: unknown) => requestProblems(parsePrepayRequest, body)

describe('the prepay request at Alipay', () => {
  it.each([
    [asked],
    [
      {
        ...asked,
        appid: '2021001161683774',
        attach: 'a'.repeat(128),
        time_expire: '2026-12-31T23:59:59+08:00',
      },
    ],
    [{ ...asked, out_trade_no: 'a'.repeat(32), description: '茶'.repeat(127) }],
    [{ ...asked, amount: { total: 2 ** 53 - 1, currency: 'CNY' } }],
    [{ ...page, return_url: 'https://shop.example/paid?order=1' }],
    [{ ...wap, return_url: 'https://shop.example/paid', quit_url: 'http://shop.example/' }],
    [{ ...asked, channel: 'app_pay' }],
  ])('accepts %o', (body) => {
    expect(problems(body)).toEqual([])
  })

  it.each([
    ['provider', { ...asked, provider: undefined }, 'is required', 'nothing'],
    [
      'provider',
      { ...asked, provider: 'wechat' },
      'must be alipay for this channel',
      'string of 6 characters',
    ],
    [
      'provider',
      { ...asked, channel: 'native' },
      'must be wechat for this channel',
      'string of 6 characters',
    ],
    ['appid', { ...asked, appid: 'wxd678efh567hg6787' }, 'must be an app_id', 'string of 18 characters'],
    [
      'out_trade_no',
      { ...asked, out_trade_no: 'ORDER-1' },
      'must have 6 to 32 characters of 0-9 A-Z a-z _ for Alipay',
      'string of 7 characters',
    ],
    [
      'out_trade_no',
      { ...asked, out_trade_no: 'A1' },
      'must have 6 to 32 characters of 0-9 A-Z a-z _ - | *',
      'string of 2 characters',
    ],
    [
      'description',
      { ...asked, description: 'a&b' },
      'must not have / = or & for Alipay',
      'string of 3 characters',
    ],
    [
      'description',
      { ...asked, description: 'a/b' },
      'must not have / = or & for Alipay',
      'string of 3 characters',
    ],
    [
      'description',
      { ...asked, description: 'a=b' },
      'must not have / = or & for Alipay',
      'string of 3 characters',
    ],
    ['description', { ...asked, description: '' }, 'must not be empty', 'string of 0 characters'],
    [
      'amount.total',
      { ...asked, amount: { total: '0.01' } },
      'must be a whole number of fen (a JSON number) from 1 to 2^53 - 1',
      'string of 4 characters',
    ],
    [
      'attach',
      { ...asked, attach: 'a'.repeat(129) },
      'must have at most 128 characters',
      'string of 129 characters',
    ],
    [
      'time_expire',
      { ...asked, time_expire: '2026-12-31' },
      'must be a real moment in RFC 3339, with a time zone and without fractions, as in 2026-01-31T12:00:00+08:00',
      'string of 10 characters',
    ],
    [
      'return_url',
      { ...page, return_url: 'javascript:alert(1)' },
      'must be an http(s) URL',
      'string of 19 characters',
    ],
    [
      'return_url',
      { ...page, return_url: 'https://a.example/ b' },
      'must be an http(s) URL',
      'string of 20 characters',
    ],
    [
      'return_url',
      { ...asked, return_url: 'https://a.example' },
      'is not a field of this request',
      'string of 17 characters',
    ],
    ['quit_url', { ...wap, quit_url: 'shop.example' }, 'must be an http(s) URL', 'string of 12 characters'],
    [
      'quit_url',
      { ...page, quit_url: 'https://a.example' },
      'is not a field of this request',
      'string of 17 characters',
    ],
    ['payer', { ...asked, payer: { openid: 'o' } }, 'is not a field of this request', 'object'],
    ['scene_info', { ...asked, scene_info: {} }, 'is not a field of this request', 'object'],
    ['settle_info', { ...asked, settle_info: {} }, 'is not a field of this request', 'object'],
    [
      'notify_url',
      { ...asked, notify_url: 'https://a.example' },
      'is not a field of this request',
      'string of 17 characters',
    ],
  ])('refuses %s in %o', (field, body, rule, received) => {
    expect(problems(body)).toEqual([{ field, rule, received }])
  })

  it('may leave out its provider where that is the usual one, and no other method may', () => {
    const { provider: _, ...nameless } = asked
    expect(parsePrepayRequest(nameless, 'alipay')).toMatchObject({ provider: 'alipay' })
    const native = { ...nameless, channel: 'native' }
    expect(parsePrepayRequest(native, 'alipay').provider).toBeUndefined()
    expect(parsePrepayRequest(native, 'wechat')).toMatchObject({ provider: 'wechat' })
  })
})
