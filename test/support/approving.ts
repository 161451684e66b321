/** A stage whose rules let refunds wait for people: the operations over it, and the people. */
import * as v from 'valibot'
import { createHold } from '#functions/hold/hold.ts'
import { createRefund } from '#functions/refund/refund.ts'
import { parseRefundRequest } from '#functions/refund/schema.ts'
import { createSettle } from '#functions/settle/settle.ts'
import { createSweep } from '#functions/sweep/sweep.ts'
import { orderView } from '#shared/api/order-view.ts'
import { fen } from '#shared/money.ts'
import { orderKey } from '#shared/orders/order-key.ts'
import { refundRulesSchema } from '#shared/refund-rules.ts'
import { failing, fakeWechat } from './fake-wechat.ts'
import { MCHID, paidOrder } from './orders.ts'
import { MINUTE } from './sweeping.ts'
import { aWorld } from './world.ts'

export const HOLD = 'approval#R1'
const asked = (out_refund_no: string, refund: number) =>
  parseRefundRequest({ out_refund_no, amount: { refund } })
export const ann = { by: 'ann', note: 'called the buyer', hold: HOLD }

export async function aStageWithRules(
  settings: v.InferInput<ReturnType<typeof refundRulesSchema>>,
  orders = 1,
) {
  const world = aWorld()
  const numbers = Array.from({ length: orders }, (_, index) => `ORDER-000${index + 1}`)
  for (const out_trade_no of numbers)
    await world.given(paidOrder({ out_trade_no, order_key: orderKey(MCHID, out_trade_no) }))
  const wechat = fakeWechat({
    queryRefund: failing('not_found', { certain: true, httpStatus: 404 }),
    createRefund: async (body) => {
      const { out_refund_no, transaction_id, amount } = JSON.parse(body)
      const status = 'PROCESSING' as const
      const told = { total: fen(amount.total), refund: fen(amount.refund) }
      return {
        refund_id: `50${out_refund_no}`,
        out_refund_no,
        transaction_id,
        out_trade_no: 'ORDER-0001',
        status,
        amount: told,
      }
    },
  })
  const deps = {
    ...world,
    channel: wechat,
    rules: v.parse(refundRulesSchema(), settings),
    notifyUrl: 'https://pay.example/r',
  }
  const [refund, sweep, settle] = [
    createRefund(deps),
    createSweep({ ...deps, channels: { wechat } }),
    createSettle(deps),
  ]
  const hold = createHold(world)
  const stored = async () => (await world.orders.get(orderKey(MCHID, 'ORDER-0001')))!
  return {
    world,
    wechat,
    sweep: () => sweep({}),
    refund: (number: string, amount: number, order = 'ORDER-0001') =>
      refund(order, asked(number, amount), {}),
    release: (decision: 'approve' | 'refuse' | 'dismiss' | 'accept', who = ann) =>
      hold.release('ORDER-0001', { ...who, decision }),
    stored,
    r1: async () => orderView(await stored()).refunds.find(({ out_refund_no }) => out_refund_no === 'R1'),
    sent: () => wechat.calls.filter(([name]) => name === 'createRefund').length,
    later: async (minutes: number) => {
      world.time.now += minutes * MINUTE
      await sweep({})
    },
    settled: async () => {
      for (const key of new Set(world.dispatched)) await settle(key)
      return world.published
    },
    measured: (name: string) => world.measured.filter(([metric]) => metric === name).length,
  }
}
