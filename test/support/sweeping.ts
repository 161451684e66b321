/** A sweep over in-memory ports, and the orders it finds. */
import { orderKey } from '#shared/orders/order-key.ts'
import { createSweep } from '#functions/sweep/sweep.ts'
import { fen } from '#shared/money.ts'
import type { Order } from '#shared/orders/order.ts'
import type { Refund1 } from '#shared/stores/order-form-1.ts'
import type { DueOrder } from '#shared/orders/order-store.ts'
import type { PaymentChannel } from '#shared/orders/payment-channel.ts'
import type { Transaction, ChannelRefund } from '#shared/facts/telling.ts'
import { anOrder, APPID, aRefund, MCHID, NOW, paidOrder } from './orders.ts'
import type { Sketch } from './orders.ts'
import { aWorld } from './world.ts'

import { fakeWechat } from './fake-wechat.ts'
export const KEY = orderKey(MCHID, 'ORDER-0001')
/** The order of the builders, as the index shows it. */
export const DUE: DueOrder = { orderKey: KEY, dueAt: NOW }
export const MINUTE = 60_000
export const notPaid: Transaction = {
  appid: APPID,
  mchid: MCHID,
  out_trade_no: 'ORDER-0001',
  trade_state: 'NOTPAY',
}
export const paid: Transaction = {
  ...notPaid,
  trade_state: 'SUCCESS',
  transaction_id: '4200',
  success_time: '2026-03-01T12:00:05+08:00',
  amount: { total: fen(1000), currency: 'CNY' },
}
export const told: ChannelRefund = {
  refund_id: '50',
  out_refund_no: 'R1',
  transaction_id: '4200000000000001',
  out_trade_no: 'ORDER-0001',
  status: 'PROCESSING',
  amount: { total: fen(1000), refund: fen(300) },
}

export async function setUp(answers: Partial<PaymentChannel> = {}, ...orders: readonly Order[]) {
  const world = aWorld()
  for (const order of orders) await world.given(order)
  const wechat = fakeWechat(answers)
  const run = createSweep({ ...world, channels: { wechat } })
  const measured = (name: string) =>
    world.measured.filter(([metric]) => metric === name).map(([, value]) => value)
  return {
    world,
    wechat,
    sweep: () => run({}),
    measured,
    calls: () => wechat.calls.map(([name]) => name),
    order: async () => (await world.orders.get(KEY))!,
  }
}

export const due = (changes: Sketch = {}) =>
  anOrder({ next_check_at: NOW, created_at: NOW - MINUTE, ...changes })

export function refunding(...refunds: ReadonlyArray<Partial<Refund1>>): Order {
  const young = { created_at: NOW - MINUTE, updated_at: NOW - MINUTE }
  const entries = refunds.map((changes, index) => {
    const sent = { out_refund_no: `R${index + 1}`, request: `bytes ${index + 1}`, ...young, ...changes }
    return [sent.out_refund_no, aRefund(sent)] as const
  })
  return paidOrder({ refunds: Object.fromEntries(entries), next_check_at: NOW })
}
