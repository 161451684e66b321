/** What WeChat's merchant platform does beside us, what people decide, and what WeChat says that cannot be true together. */
import { closedBefore, ORDER, paidBefore, placedBefore, TOTAL } from './before.ts'
import { orderKey } from '#shared/orders/order-key.ts'
import { MCHID } from '#test/support/orders.ts'
import type { Scenario, Stage } from './scenario.ts'
import { paymentNotice, refundNotice } from './wechat-notices.ts'

/** A telling of WeChat's about one of its refunds that differs in some of its content. */
function tellOtherwise(
  { wechat, state }: Stage,
  refundNumber: string,
  changes: Readonly<Record<string, unknown>>,
): void {
  const refund = wechat.model.refunds.get(refundNumber)
  // Of one that is under way, WeChat notifies nobody.
  if (refund === undefined || (refund.status === 'PROCESSING' && changes['refund_status'] === undefined))
    return
  const { orderNumber } = refund
  state.contradicted.add(orderKey(MCHID, refundNumber)).add(orderKey(MCHID, orderNumber))
  const notice = refundNotice(refund, wechat.model.orders.get(orderNumber)!.transactionId)
  const content = { ...notice.content, ...changes }
  wechat.submit({
    id: `EV-${refundNumber}-${JSON.stringify(changes)}`,
    event_type: `REFUND.${String(content['refund_status'])}`,
    content,
  })
}

/** From the start on: a second payment under the number of the order. */
function tellOtherPayment({ at, wechat, state }: Stage): void {
  const notice = paymentNotice(wechat.model.orders.get(ORDER)!)
  const other = { ...notice, id: 'EV-TWICE', content: { ...notice.content, transaction_id: '4299999' } }
  state.contradicted.add(orderKey(MCHID, ORDER))
  at(0, () => wechat.submit(other))
}

const AMOUNT = { total: TOTAL, payer_total: TOTAL }

export const heldScenarios: readonly Scenario[] = [
  {
    // The payment is told by nothing but a refund that somebody made by hand.
    name: 'refund-proves-payment',
    async play(stage) {
      await placedBefore(stage, ORDER)
      stage.at(0, () => stage.wechat.paySilently(ORDER))
      stage.at(100, () => stage.wechat.refundElsewhere(ORDER, 'C-1', 300))
    },
    clerk: true,
  },
  {
    // Closed long ago and paid all the same, of which nobody told: a refund made by hand proves it.
    name: 'refund-proves-late-payment',
    async play(stage) {
      await closedBefore(stage, ORDER)
      stage.at(0, () => stage.wechat.payLate(ORDER, { silent: true }))
      stage.at(100, () => stage.wechat.refundElsewhere(ORDER, 'C-1', 300))
    },
    clerk: true,
  },
  {
    // Ours is on its way when more is taken by hand than it leaves; a second one comes while nobody knows.
    name: 'refund-elsewhere-first',
    async play(stage) {
      await paidBefore(stage)
      stage.wechat.script('C-1', [['SUCCESS', 500]])
      stage.at(0, () => void stage.merchant.refund(ORDER, 'R-1', 600))
      stage.at(50, () => stage.wechat.refundElsewhere(ORDER, 'C-1', 700))
    },
    clerk: true,
  },
  {
    // WeChat says that it closed the refund, and that it was one of another payment.
    name: 'refund-of-other-payment',
    async play(stage) {
      await paidBefore(stage)
      stage.wechat.script('R-1', [['SUCCESS', 90_000]])
      stage.at(0, () => void stage.merchant.refund(ORDER, 'R-1', 300))
      stage.at(3000, () =>
        tellOtherwise(stage, 'R-1', { refund_status: 'CLOSED', transaction_id: '4299999' }),
      )
      stage.at(6000, () => void stage.merchant.refund(ORDER, 'R-2', 800))
    },
    clerk: true,
  },
  {
    name: 'refund-succeeded-and-closed',
    async play(stage) {
      await paidBefore(stage)
      stage.at(0, () => void stage.merchant.refund(ORDER, 'R-1', 300))
      stage.at(3000, () => tellOtherwise(stage, 'R-1', { refund_status: 'CLOSED' }))
      stage.at(6000, () => void stage.merchant.refund(ORDER, 'R-2', 800))
    },
    clerk: true,
  },
  {
    // WeChat gives back more than it was asked for, as far as its words go; what was let pass is not what comes to light then.
    name: 'refund-amount-differs',
    async play(stage) {
      await paidBefore(stage)
      const of = (refund: number) => ({ amount: { ...AMOUNT, refund, payer_refund: refund } })
      stage.at(0, () => void stage.merchant.refund(ORDER, 'R-1', 300))
      stage.at(3000, () => tellOtherwise(stage, 'R-1', of(400)))
      stage.at(60_000, () => void stage.operators.release(ORDER, 'dismiss'))
      stage.at(70_000, () => tellOtherwise(stage, 'R-1', of(500)))
      stage.at(6000, () => void stage.merchant.refund(ORDER, 'R-2', 700))
    },
    conditions: { helpMs: 120_000 },
    pairs: 10,
    clerk: true,
  },
  {
    // A fen less than was asked for; somebody accepts it, and is not sure of having done so.
    name: 'amount-accepted',
    async play(stage) {
      await placedBefore(stage, ORDER)
      stage.wechat.model.place(ORDER, TOTAL - 1, '')
      stage.at(0, () => stage.wechat.pay(ORDER))
      for (const moment of [90_000, 90_010, 200_000])
        stage.at(moment, () => void stage.operators.release(ORDER, 'accept'))
      stage.at(300_000, () => void stage.merchant.refund(ORDER, 'R-1', TOTAL))
    },
    clerk: true,
  },
  {
    // Paid twice under one number, as far as WeChat's word goes.
    name: 'paid-twice',
    async play(stage) {
      await placedBefore(stage, ORDER)
      stage.at(0, () => stage.wechat.pay(ORDER))
      tellOtherPayment(stage)
    },
  },
  {
    // The one of two payments waits for its turn in the queue when a query tells the other.
    name: 'query-meets-payment',
    async play(stage) {
      await placedBefore(stage, ORDER)
      stage.at(0, () => stage.wechat.paySilently(ORDER))
      tellOtherPayment(stage)
      stage.at(7000, () => void stage.merchant.query(ORDER))
    },
    conditions: { queueDelay: () => 5000 },
  },
  {
    // Held, again and by somebody else, let pass twice; refunds before, in between and after.
    name: 'held-by-hand',
    async play(stage) {
      const { at, merchant, operators } = stage
      await paidBefore(stage)
      at(0, () => void merchant.refund(ORDER, 'R-1', 300))
      at(0, () => operators.hold(ORDER, 'ask the shop'))
      at(200, () => operators.hold(ORDER, 'ask the shop'))
      at(400, () => void merchant.refund(ORDER, 'R-2', 200))
      at(150_000, () => void operators.release(ORDER, 'dismiss'))
      at(150_000, () => void operators.release(ORDER, 'dismiss'))
      at(160_000, () => void merchant.refund(ORDER, 'R-3', 100))
    },
    pairs: 10,
    clerk: true,
  },
  {
    // A busy order with two hands in it: ours and the merchant platform's, and people who hold, let pass and accept.
    name: 'two-hands',
    randomOnly: true,
    async play(stage) {
      const { at, merchant, wechat, operators, draw } = stage
      await paidBefore(stage)
      for (let turn = draw(1, 4); turn > 0; turn -= 1) {
        const [number, amount] = [`C-${turn}`, draw(1, 14) * 50]
        at(draw(0, 300_000), () => wechat.refundElsewhere(ORDER, number, amount, draw(0, 2) === 0))
        if (draw(0, 1) === 0) at(draw(0, 600_000), () => void merchant.queryRefund(number))
      }
      for (let turn = draw(1, 4); turn > 0; turn -= 1) {
        const [number, amount] = [`R-${turn}`, draw(1, 14) * 50]
        at(draw(0, 300_000), () => void merchant.refund(ORDER, number, amount))
      }
      for (let turn = draw(0, 3); turn > 0; turn -= 1)
        at(draw(0, 300_000), () => operators.hold(ORDER, `look ${draw(0, 1)}`))
      for (let turn = draw(0, 4); turn > 0; turn -= 1)
        at(draw(0, 900_000), () => void operators.release(ORDER, draw(0, 2) === 0 ? 'accept' : 'dismiss'))
      if (draw(0, 5) === 0)
        at(draw(0, 600_000), () => tellOtherwise(stage, 'R-1', { refund_status: 'CLOSED' }))
    },
    clerk: true,
  },
]
