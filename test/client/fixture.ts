/** A client of a server of our own, by either way, and what its tests send. */
import { afterAll, beforeAll } from 'vitest'
import type { CommonOptions, WechatPaymentsOptions } from '#client/settings.ts'
import { WechatPayments } from '#client/wechat-payments.ts'
import { MERCHANT_OPERATIONS } from '#shared/merchant-routes.ts'
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

export type WayName = 'the API' | 'Lambda'
let way: WayName

export const arnOf = (operation: string) =>
  `arn:aws-cn:lambda:cn-north-1:123456789012:function:pay-${operation}:live`
export const FUNCTIONS = Object.fromEntries(MERCHANT_OPERATIONS.map((name) => [name, arnOf(name)]))

/** Repeats without a pause, unless told otherwise. */
export function made(options: Partial<CommonOptions> = {}): WechatPayments {
  const common = { credentials: KEYS, retryDelayMs: 0, ...options }
  const where: Record<WayName, WechatPaymentsOptions> = {
    'the API': { ...common, url: api.url, region: 'cn-north-1' },
    Lambda: { ...common, functions: JSON.stringify(FUNCTIONS), endpoint: api.url },
  }
  return new WechatPayments(where[way])
}

/** For a file of tests, or a part of one. */
export function serveClient(by: WayName = 'the API'): void {
  beforeAll(async () => {
    way = by
    api = await startApi()
    pay = made()
  })
  afterAll(() => api?.stop())
}
