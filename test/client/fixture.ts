/** A client of a server of our own, and what its tests send. */
import { afterAll, beforeAll } from 'vitest'
import type { WechatPaymentsOptions } from '#client/settings.ts'
import { WechatPayments } from '#client/wechat-payments.ts'
import { startApi } from './api-server.ts'

export const KEYS = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'canary-secret',
  sessionToken: 'canary-token',
}

export const order = {
  channel: 'native',
  out_trade_no: 'ORDER-1',
  description: 'tea',
  amount: { total: 100 },
} as const
export const decision = { by: 'li.lei', note: 'seen' }

export let api: Awaited<ReturnType<typeof startApi>>
export let pay: WechatPayments

/** Repeats without a pause, unless told otherwise. */
export const made = (options: Partial<WechatPaymentsOptions> = {}) =>
  new WechatPayments({
    url: api.url,
    region: 'cn-north-1',
    credentials: KEYS,
    retryDelayMs: 0,
    ...options,
  })

/** For a file of tests. */
export function serveClient(): void {
  beforeAll(async () => {
    api = await startApi()
    pay = made()
  })
  afterAll(() => api?.stop())
}
