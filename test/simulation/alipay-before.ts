/** What a scenario finds at Alipay when it begins. */
import { eventsFor } from '#shared/events/payment-event.ts'
import { paymentSucceeded } from '#shared/facts/fact.ts'
import { fen } from '#shared/money.ts'
import { applyFact } from '#shared/orders/apply-fact.ts'
import { orderKey } from '#shared/orders/order-key.ts'
import type { Order } from '#shared/orders/order.ts'
import { anOrder, NOW } from '#test/support/orders.ts'
import type { Sketch } from '#test/support/orders.ts'
import { ALIPAY_ACCOUNT, ALIPAY_APP } from './alipay-app.ts'
import { ORDER, TOTAL } from './before.ts'
import type { Stage } from './scenario.ts'

const EXPIRES = NOW + 30 * 60_000

function alipayOrder(number: string, sketch: Sketch = {}): Order {
  return anOrder({
    order_key: orderKey(ALIPAY_ACCOUNT, number),
    mchid: ALIPAY_ACCOUNT,
    appid: ALIPAY_APP,
    method: 'precreate',
    out_trade_no: number,
    time_expire: new Date(EXPIRES).toISOString(),
    ...sketch,
  })
}

/** An order whose code somebody may have seen, and that nobody has opened yet. */
export async function codeBefore({ state, alipay }: Stage, number: string): Promise<void> {
  alipay.model.place(number, TOTAL, { expiresAt: EXPIRES })
  const order = alipayOrder(number, { next_check_at: NOW + 5000 })
  await state.orders.save(order)
  state.orderWatch.saved(order)
}

/** An order that was paid, settled and published before the run begins. */
export async function paidAtAlipay({ state, alipay }: Stage, number = ORDER): Promise<void> {
  const trade = alipay.model.place(number, TOTAL)
  Object.assign(trade, { opened: true, paid: true })
  const fact = paymentSucceeded(
    { mchid: ALIPAY_ACCOUNT, out_trade_no: number, source: 'notification', received_at: NOW },
    {
      appid: ALIPAY_APP,
      transaction_id: trade.transactionId,
      success_time: '2026-03-01T12:00:05+08:00',
      amount: { total: fen(TOTAL), payer_total: fen(TOTAL), currency: 'CNY' },
    },
  )
  const { order, handled } = applyFact(alipayOrder(number, { version: 0 }), fact, NOW)
  await state.orders.save(order)
  state.orderWatch.saved(order)
  await state.facts.put(fact)
  state.factWatch.stored(fact)
  await state.facts.markSettled(fact.fact_key, NOW)
  state.factWatch.settled(fact.fact_key)
  for (const event of eventsFor(fact, handled)) state.factWatch.publishedNow(event)
}
