/** Wrong arguments of the client: each is named before anything is sent. */
import { describe, expect, it } from 'vitest'
import { fromEnvironment } from '#client/from-environment.ts'
import type { WechatPaymentsOptions } from '#client/settings.ts'
import { WechatPayments } from '#client/wechat-payments.ts'
import { api, decision, KEYS, made, order, pay, serveClient } from './fixture.ts'

serveClient()

const refund = { out_refund_no: 'R1', amount: { refund: 40 } }

describe('a wrong argument is a TypeError that names it, and nothing is sent:', () => {
  const options = { url: 'https://x', region: 'cn-north-1', credentials: KEYS }
  it.each<[string, object | undefined]>([
    ['options', undefined],
    ['url', { ...options, url: 'ftp://x' }],
    ['url', { ...options, url: 7 }],
    ['url', { ...options, url: 'https://x?a=1' }],
    ['region', { ...options, region: undefined }],
    ['region', { ...options, region: 'x y' }],
    ['credentials', { ...options, credentials: undefined }],
    ['credentials.accessKeyId', { ...options, credentials: {} }],
    ['credentials.secretAccessKey', { ...options, credentials: { accessKeyId: 'a' } }],
    ['credentials.sessionToken', { ...options, credentials: { ...KEYS, sessionToken: 7 } }],
    ['retries', { ...options, retries: 1.5 }],
    ['retryDelayMs', { ...options, retryDelayMs: -1 }],
    ['timeoutMs', { ...options, timeoutMs: 0 }],
    ['options.secret', { ...options, secret: 'canary' }],
  ])('%s of the client', (name, given) => {
    const make = () => new WechatPayments(given as WechatPaymentsOptions)
    expect(make).toThrow(TypeError)
    expect(make).toThrow(new RegExp(`^${name.replaceAll('.', '\\.')} (?!.*canary)`))
  })

  it('the region is that of the url', () => {
    const url = 'https://a1b2.execute-api.cn-northwest-1.amazonaws.com.cn'
    expect(() => new WechatPayments({ url, credentials: KEYS })).not.toThrow()
  })

  it.each<[string, (client: WechatPayments) => Promise<unknown>]>([
    ['out_trade_no', (client) => client.queryPayment('ab')],
    ['out_trade_no', (client) => client.closePayment(undefined as never)],
    ['transaction_id', (client) => client.queryTransaction('../x')],
    ['out_refund_no', (client) => client.queryRefund('')],
    ['request', (client) => client.createPayment(null as never)],
    ['amount.total', (client) => client.createPayment({ ...order, amount: { total: 1.5 } })],
    ['payer', (client) => client.createPayment({ ...order, channel: 'jsapi' } as never)],
    ['color', (client) => client.createPayment({ ...order, color: 'canary' } as never)],
    [
      'amount.from',
      (client) =>
        client.createRefund('ORDER-1', {
          ...refund,
          amount: { refund: 2, from: [{ account: 'AVAILABLE', amount: 1 }] },
        }),
    ],
    [
      'decision',
      (client) => client.releaseHold('ORDER-1', { ...decision, hold: 'h', decision: 'no' as never }),
    ],
    ['query', (client) => client.listPayments(7 as never)],
    ['state', (client) => client.listPayments({ state: 'canary' as never })],
    ['limit', (client) => client.listPayments({ limit: 51 })],
    ['from', (client) => client.listRefunds({ from: '2026-02-30' })],
    ['color', (client) => client.listRefunds({ color: 'canary' } as never)],
    ['options', (client) => client.queryPayment('ORDER-1', null as never)],
    ['options.refresh', (client) => client.queryPayment('ORDER-1', { refresh: 'yes' as never })],
    ['options.signal', (client) => client.createPayment(order, { signal: {} as never })],
    ['options.requestId', (client) => client.closePayment('ORDER-1', { requestId: 'a b' })],
    ['options.traceparent', (client) => client.closePayment('ORDER-1', { traceparent: 'x' })],
    ['options.retry', (client) => client.closePayment('ORDER-1', { retry: 1 } as never)],
  ])('%s of a call', async (name, call) => {
    api.answerWith()
    const error = await call(pay).then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    expect(error).toBeInstanceOf(TypeError)
    expect((error as Error).message).toMatch(new RegExp(`^${name.replaceAll('.', '\\.')} (?!.*canary)`))
    expect(api.sent).toEqual([])
  })
})

describe('the credentials of the environment', () => {
  it('are those of a function; without them nothing is sent', async () => {
    const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env
    try {
      Object.assign(process.env, {
        AWS_ACCESS_KEY_ID: 'a',
        AWS_SECRET_ACCESS_KEY: 'b',
        AWS_SESSION_TOKEN: 'c',
      })
      expect(await fromEnvironment()).toEqual({ accessKeyId: 'a', secretAccessKey: 'b', sessionToken: 'c' })
      delete process.env['AWS_SECRET_ACCESS_KEY']
      api.answerWith()
      await expect(made({ credentials: fromEnvironment }).queryPayment('ORDER-1')).rejects.toThrow(
        /^credentials: the environment has no/,
      )
      expect(api.sent).toEqual([])
    } finally {
      for (const [name, value] of Object.entries({
        AWS_ACCESS_KEY_ID,
        AWS_SECRET_ACCESS_KEY,
        AWS_SESSION_TOKEN,
      })) {
        if (value === undefined) delete process.env[name]
        else process.env[name] = value
      }
    }
  })
})
