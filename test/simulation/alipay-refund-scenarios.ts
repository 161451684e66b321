/** Refunds at Alipay: made at once, or said to be neither made nor refused, and told again by a notification of their payment. */
import { ALIPAY_ACCOUNT } from './alipay-app.ts'
import { codeBefore, paidAtAlipay } from './alipay-before.ts'
import { ORDER, paidBefore, TOTAL } from './before.ts'
import type { Scenario } from './scenario.ts'

const MINUTE = 60_000

export const alipayRefundScenarios: readonly Scenario[] = [
  {
    // Made at once, and told once more by a notification of the payment; then the last fen, which ends the trade.
    name: 'alipay-refund',
    withAlipay: true,
    async play(stage) {
      await paidAtAlipay(stage)
      const { at, alipay } = stage
      at(15, () => void alipay.merchant.refund(ORDER, 'R-1', 300))
      at(4000, () => void alipay.merchant.refund(ORDER, 'R-2', 700))
      at(6000, () => alipay.submit(alipay.noticeOf(ORDER)))
      at(8000, () => void alipay.merchant.query(ORDER))
    },
    conditions: { doubleSweep: () => true },
    pairs: 2,
  },
  {
    // Alipay takes the one and makes it later, and takes the other and forgets it: both answers say that nothing moved.
    name: 'alipay-refund-moved-nothing',
    withAlipay: true,
    async play(stage) {
      await paidAtAlipay(stage)
      const { at, alipay } = stage
      alipay.model.slow.set('R-1', 4 * MINUTE)
      alipay.model.unmoved.set('R-2', 1)
      at(0, () => void alipay.merchant.refund(ORDER, 'R-1', 300))
      at(5000, () => void alipay.merchant.refund(ORDER, 'R-2', 400))
    },
    conditions: { helpMs: 0 },
    pairs: 10,
  },
  {
    name: 'alipay-refund-of-unknown-outcome',
    withAlipay: true,
    async play(stage) {
      await paidAtAlipay(stage)
      stage.at(0, () => void stage.alipay.merchant.refund(ORDER, 'R-1', 300))
    },
    delays: () => ({ requestMs: 0, answerMs: 3000 }),
    conditions: { doubleSweep: () => true, helpMs: 0 },
  },
  {
    // No money for it; topped up, the merchant repeats the same request.
    name: 'alipay-refund-not-enough',
    withAlipay: true,
    async play(stage) {
      await paidAtAlipay(stage)
      const { at, alipay } = stage
      alipay.model.refused.add('R-1')
      at(0, () => void alipay.merchant.refund(ORDER, 'R-1', 300))
      at(50_000, () => void alipay.model.refused.delete('R-1'))
      at(60_000, () => void alipay.merchant.refund(ORDER, 'R-1', 300))
    },
  },
  {
    // Told by its name alone: how much it is, Alipay has to be asked.
    name: 'alipay-refund-elsewhere',
    withAlipay: true,
    async play(stage) {
      await paidAtAlipay(stage)
      const { at, alipay } = stage
      alipay.model.slow.set('C-1', 30_000)
      at(0, () => alipay.refundElsewhere(ORDER, 'C-1', 400))
      at(1000, () => void alipay.merchant.refund(ORDER, 'R-1', 700))
      at(10 * MINUTE, () => void alipay.merchant.refund(ORDER, 'R-2', 600))
    },
    clerk: true,
    pairs: 10,
  },
  {
    // Somebody lets pass that a refund is there of which nobody knows how much it is, before Alipay could be asked.
    name: 'alipay-refund-named-and-let-pass',
    withAlipay: true,
    async play(stage) {
      await paidAtAlipay(stage)
      const { at, alipay, operators } = stage
      alipay.model.slow.set('C-1', 3 * MINUTE)
      at(0, () => alipay.refundElsewhere(ORDER, 'C-1', 400))
      at(30_000, () => void operators.release(ORDER, 'dismiss', ALIPAY_ACCOUNT))
      at(20 * MINUTE, () => void alipay.merchant.refund(ORDER, 'R-1', 700))
    },
    clerk: true,
    pairs: 5,
  },
  {
    // Paid and refunded to the last fen before anybody told us: what Alipay calls closed was paid.
    name: 'alipay-refunded-before-known',
    withAlipay: true,
    async play(stage) {
      await codeBefore(stage, ORDER)
      stage.at(0, () => stage.alipay.pay(ORDER, { silent: true }))
      stage.at(100, () => stage.alipay.refundElsewhere(ORDER, 'C-1', TOTAL, true))
    },
    clerk: true,
  },
  {
    // The same numbers at both, of orders and refunds: they are four things.
    name: 'both-channels',
    withAlipay: true,
    async play(stage) {
      const { at, merchant, wechat, alipay } = stage
      await paidBefore(stage)
      await paidAtAlipay(stage)
      at(0, () => void merchant.refund(ORDER, 'R-1', 600))
      at(0, () => void alipay.merchant.refund(ORDER, 'R-1', 500))
      at(3000, () => wechat.refundElsewhere(ORDER, 'C-1', 200))
      at(3000, () => void alipay.merchant.refund(ORDER, 'C-1', 100))
      at(9000, () => void alipay.merchant.queryRefund('R-1'))
    },
    clerk: true,
    pairs: 10,
  },
  {
    // A busy order at Alipay, with two hands in it: several refunds of any size, some over what is left, queries and a close in between.
    name: 'alipay-storm',
    withAlipay: true,
    randomOnly: true,
    play({ at, merchant, wechat, alipay, draw }) {
      at(0, () => void alipay.merchant.prepay(ORDER, TOTAL))
      at(2000, () => alipay.pay(ORDER, { silent: draw(0, 3) === 0 }))
      if (draw(0, 3) === 0) at(draw(0, 4000), () => void alipay.merchant.close(ORDER))
      if (draw(0, 3) === 0) {
        at(0, () => void merchant.prepay(ORDER, TOTAL))
        at(2000, () => wechat.pay(ORDER))
        at(draw(2000, 60_000), () => void merchant.refund(ORDER, 'R-1', 400))
      }
      for (let refund = draw(1, 4); refund > 0; refund -= 1) {
        const [number, amount, moment] = [`R-${refund}`, draw(1, 14) * 50, draw(2000, 300_000)]
        if (draw(0, 3) === 0) alipay.model.slow.set(number, draw(1, 20) * MINUTE)
        if (draw(0, 4) === 0) alipay.model.unmoved.set(number, 1)
        if (draw(0, 6) === 0) alipay.model.refused.add(number)
        at(moment, () => void alipay.merchant.refund(ORDER, number, amount))
        if (draw(0, 2) === 0) at(moment + draw(0, 5000), () => void alipay.merchant.queryRefund(number))
      }
      if (draw(0, 2) === 0)
        at(draw(2000, 300_000), () => alipay.refundElsewhere(ORDER, 'C-1', draw(1, 14) * 50))
      at(draw(0, 60_000), () => void alipay.merchant.query(ORDER))
    },
    clerk: true,
  },
]
