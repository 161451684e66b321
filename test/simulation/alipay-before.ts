/** What a scenario finds at Alipay when it begins. */
import { orderKey } from '#shared/orders/order-key.ts'
import type { Order } from '#shared/orders/order.ts'
import { anOrder, NOW } from '#test/support/orders.ts'
import type { Sketch } from '#test/support/orders.ts'
import { ALIPAY_ACCOUNT, ALIPAY_APP } from './alipay-app.ts'
import { ORDER, settledBefore, TOTAL } from './before.ts'
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
  await settledBefore(state, alipayOrder(number, { version: 0 }), trade.transactionId)
}
