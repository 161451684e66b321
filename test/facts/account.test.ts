import { describe, expect, it } from 'vitest'
import { alipayAccount, providerOf } from '#shared/facts/account.ts'
import { formatFactKey, parseFactKey } from '#shared/facts/fact-key.ts'
import { channelFor } from '#shared/orders/channels.ts'
import { orderKey, parseOrderKey, parseRefundPointerKey, refundPointerKey } from '#shared/orders/order-key.ts'

const APP_ID = '2021000000000001'

describe('an account', () => {
  it.each(['1900000109', '10000100', '12345678901234567890123456789012'])(
    'of WeChat is its merchant number, as in every item that is stored (%s)',
    (mchid) => expect(providerOf(mchid)).toBe('wechat'),
  )

  it('of Alipay names its channel, and stands in every key as it is', () => {
    const account = alipayAccount(APP_ID)
    expect(account).toBe(`alipay:${APP_ID}`)
    expect(providerOf(account)).toBe('alipay')
    expect(parseOrderKey(orderKey(account, 'ORDER-1'))).toEqual({ mchid: account, outTradeNo: 'ORDER-1' })
    expect(parseRefundPointerKey(refundPointerKey(account, 'R1'))).toBe('R1')
    const key = { kind: 'payment', mchid: account, number: 'ORDER-1', state: 'SUCCESS' } as const
    expect(parseFactKey(formatFactKey(key))).toEqual({ ok: true, key })
  })

  it.each([
    ['payment#1900000109#ORDER-1#SUCCESS', '1900000109'],
    ['refund#1900000109#R1#PROCESSING', '1900000109'],
    ['notification#1900000109#6dac-4f#CONFLICT#0123456789abcdef', '1900000109'],
    [`payment#alipay:${APP_ID}#ORDER-1#CLOSED`, `alipay:${APP_ID}`],
  ])('is read from a stored key (%s)', (text, account) => {
    const parsed = parseFactKey(text)
    expect(parsed.ok && [parsed.key.mchid, formatFactKey(parsed.key)]).toEqual([account, text])
  })

  it('of one channel is none of another, though the numbers are the same', () => {
    expect(orderKey('2021000000000001', 'ORDER-1')).not.toBe(orderKey(alipayAccount(APP_ID), 'ORDER-1'))
    expect(['ALIPAY:1', 'alipay1', ' alipay:1'].map(providerOf)).toEqual(['wechat', 'wechat', 'wechat'])
  })
})

describe('the channel of an account', () => {
  const channels = { wechat: 'W', alipay: 'A' }

  it('is the one that takes its money', () => {
    expect(channelFor(channels, '1900000109')).toBe('W')
    expect(channelFor(channels, alipayAccount(APP_ID))).toBe('A')
  })

  it('is missed by its name where the stage does not have it', () => {
    expect(() => channelFor({ wechat: 'W' }, alipayAccount(APP_ID))).toThrow(/no settings for alipay/)
  })
})
