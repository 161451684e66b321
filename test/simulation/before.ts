/** What a scenario finds when it begins. */
import { orderKey } from '#shared/orders/order-key.ts'
import { eventsFor } from '#shared/events/payment-event.ts'
import { paymentSucceeded } from '#shared/facts/fact.ts'
import { fen } from '#shared/money.ts'
import { applyFact } from '#shared/orders/apply-fact.ts'
import type { Order } from '#shared/orders/order.ts'
import { anOrder, MCHID, NOW } from '#test/support/orders.ts'
import type { Sketch } from '#test/support/orders.ts'
import type { Stage } from './scenario.ts'

export const ORDER = 'SIM-1'
export const TOTAL = 1000

/** An order that WeChat and we have, and that nobody has paid yet. */
export async function placedBefore({ state, wechat }: Stage, number: string): Promise<void> {
  wechat.model.place(number, TOTAL, '')
  const order = anOrder({
    order_key: orderKey(MCHID, number),
    out_trade_no: number,
    time_expire: new Date(NOW + 30 * 60_000).toISOString(),
    next_check_at: NOW + 5000,
  })
  await state.orders.save(order)
  state.orderWatch.saved(order)
}

/** An order that was closed so long ago that nobody asks about it any more. */
export async function closedBefore({ state, wechat }: Stage, number: string): Promise<void> {
  const atWechat = wechat.model.place(number, TOTAL, '')
  atWechat.state = 'CLOSED'
  const then = NOW - 10 * 24 * 3_600_000
  const order = anOrder({
    order_key: orderKey(MCHID, number),
    out_trade_no: number,
    status: 'CLOSED',
    created_at: then,
    updated_at: then,
  })
  await state.orders.save(order)
  state.orderWatch.saved(order)
}

/** An order that was paid, settled and published before the run begins. */
export async function paidBefore(
  { state, wechat }: Stage,
  number = ORDER,
  sketch: Sketch = {},
): Promise<void> {
  const atWechat = wechat.model.place(number, TOTAL, '')
  atWechat.state = 'PAID'
  const placed = anOrder({ ...sketch, order_key: orderKey(MCHID, number), out_trade_no: number, version: 0 })
  await settledBefore(state, placed, atWechat.transactionId)
}

/** What was told of its payment has been applied, published and settled, whichever channel took it. */
export async function settledBefore(
  state: Stage['state'],
  placed: Order,
  transactionId: string,
): Promise<void> {
  const { mchid, appid, out_trade_no } = placed
  const fact = paymentSucceeded(
    { mchid, out_trade_no, source: 'notification', received_at: NOW },
    {
      appid,
      transaction_id: transactionId,
      success_time: '2026-03-01T12:00:05+08:00',
      amount: { total: fen(TOTAL), payer_total: fen(TOTAL), currency: 'CNY' },
    },
  )
  const { order, handled } = applyFact(placed, fact, NOW)
  await state.orders.save(order)
  state.orderWatch.saved(order)
  await state.facts.put(fact)
  state.factWatch.stored(fact)
  await state.facts.markSettled(fact.fact_key, NOW)
  state.factWatch.settled(fact.fact_key)
  for (const event of eventsFor(fact, handled)) state.factWatch.publishedNow(event)
}
