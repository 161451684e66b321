/** One call of each method, and how one fails. */
import { expect } from 'vitest'
import { WechatPaymentsError } from '#client/error.ts'
import type { WechatPayments } from '#client/wechat-payments.ts'
import { decision, order } from './fixture.ts'

export const refund = { out_refund_no: 'R|1*@', amount: { refund: 40 } }

export const CALLS: Readonly<Record<string, (client: WechatPayments) => Promise<unknown>>> = {
  createPayment: (client) => client.createPayment(order),
  queryPayment: (client) => client.queryPayment('ORDER-1', { refresh: true }),
  queryTransaction: (client) => client.queryTransaction('42'),
  listPayments: (client) =>
    client.listPayments({ state: 'held', limit: 5, from: '2026-01-01', to: undefined }),
  listRefunds: (client) => client.listRefunds({ status: 'ABNORMAL' }),
  closePayment: (client) => client.closePayment('ORDER-1'),
  unfreezePayment: (client) => client.unfreezePayment('ORDER-1', { out_order_no: 'U1', description: 'none' }),
  createRefund: (client) => client.createRefund('ORDER-1', refund),
  queryRefund: (client) => client.queryRefund('R|1*@'),
  payAbnormalRefund: (client) =>
    client.payAbnormalRefund('R|1*@', { ...decision, type: 'MERCHANT_BANK_CARD' }),
  holdPayment: (client) => client.holdPayment('ORDER-1', decision),
  releaseHold: (client) => client.releaseHold('ORDER-1', { ...decision, hold: 'h#1', decision: 'dismiss' }),
}

export async function failed(call: Promise<unknown>): Promise<WechatPaymentsError> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(WechatPaymentsError)
  return error as WechatPaymentsError
}
