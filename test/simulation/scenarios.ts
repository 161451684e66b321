/** The scenarios. Short, so that all pairs of faults can really be tried. */
import { ORDER, paidBefore, placedBefore, TOTAL } from './before.ts'
import { alipayScenarios } from './alipay-scenarios.ts'
import { alipayRefundScenarios } from './alipay-refund-scenarios.ts'
import { badDayScenarios } from './bad-day-scenarios.ts'
import { echoScenarios } from './echo-scenarios.ts'
import { fullScenario } from './full-scenario.ts'
import { heldScenarios } from './held-scenarios.ts'
import { placingScenarios } from './placing-scenarios.ts'
import { olderReleaseBeside } from './older-release.ts'
import type { Scenario } from './scenario.ts'
import { NOW } from '#test/support/orders.ts'
import { paymentNotice } from './wechat-notices.ts'

const pay: Scenario = {
  name: 'pay',
  play({ at, merchant, wechat }) {
    at(0, () => void merchant.prepay(ORDER, TOTAL))
    at(2000, () => wechat.pay(ORDER))
  },
}

export const scenarios: readonly Scenario[] = [
  ...heldScenarios,
  ...placingScenarios,
  ...badDayScenarios,
  ...alipayScenarios,
  ...alipayRefundScenarios,
  ...echoScenarios,
  fullScenario,
  pay,
  { ...pay, name: 'pay-with-duplicates', conditions: { copies: () => 2, doubleSweep: () => true } },
  olderReleaseBeside,
  {
    name: 'answers-stall',
    async play(stage) {
      await paidBefore(stage)
      await placedBefore(stage, 'SIM-2')
      await placedBefore(stage, 'SIM-3')
      stage.at(0, () => void stage.merchant.refund(ORDER, 'R-1', 300))
      stage.at(0, () => stage.wechat.pay('SIM-2'))
      stage.at(0, () => void stage.merchant.close('SIM-3'))
      stage.at(0, () => void stage.merchant.prepay('SIM-4', TOTAL))
    },
    stalls: true,
    pairs: 100,
  },
  {
    name: 'close-races-pay',
    play({ at, merchant, wechat }) {
      at(0, () => void merchant.prepay(ORDER, TOTAL))
      at(2000, () => wechat.pay(ORDER))
      at(1990, () => void merchant.close(ORDER))
      at(2005, () => void merchant.query(ORDER))
    },
  },
  {
    name: 'refund',
    async play(stage) {
      await paidBefore(stage)
      // A point of the plan falls between the claims of two sweeps that run side by side.
      stage.at(15, () => void stage.merchant.refund(ORDER, 'R-1', 300))
      stage.at(4000, () => void stage.merchant.queryRefund('R-1'))
    },
    conditions: { doubleSweep: () => true },
  },
  {
    name: 'two-refunds-race',
    async play(stage) {
      await paidBefore(stage)
      stage.wechat.script('R-1', [['CLOSED', 2000]])
      stage.at(0, () => void stage.merchant.refund(ORDER, 'R-1', 600))
      stage.at(0, () => void stage.merchant.refund(ORDER, 'R-2', 600))
    },
  },
  {
    name: 'two-refunds-fit',
    async play(stage) {
      await paidBefore(stage)
      stage.at(0, () => void stage.merchant.refund(ORDER, 'R-1', 400))
      stage.at(0, () => void stage.merchant.refund(ORDER, 'R-2', 400))
    },
  },
  {
    // The answer to the second is on its way when the sweep comes for the first.
    name: 'refund-meets-sweep',
    async play(stage) {
      await paidBefore(stage)
      stage.wechat.script('R-1', [['SUCCESS', 90_000]])
      stage.wechat.script('R-2', [['SUCCESS', 500]])
      stage.at(59_700, () => void stage.merchant.refund(ORDER, 'R-1', 400))
      stage.at(119_500, () => void stage.merchant.refund(ORDER, 'R-2', 400))
    },
    delays: (since) =>
      since > 119_000 && since < 120_000
        ? { requestMs: 3000, answerMs: 3000 }
        : { requestMs: 0, answerMs: 0 },
  },
  {
    // WeChat takes the refund and is done with it before its answer reaches us.
    name: 'refund-of-unknown-outcome',
    async play(stage) {
      await paidBefore(stage)
      stage.wechat.script('R-1', [['SUCCESS', 500]])
      stage.at(0, () => void stage.merchant.refund(ORDER, 'R-1', 300))
    },
    delays: () => ({ requestMs: 0, answerMs: 3000 }),
    conditions: { doubleSweep: () => true },
  },
  {
    name: 'abnormal-then-success',
    async play(stage) {
      await paidBefore(stage)
      stage.wechat.script('R-1', [
        ['ABNORMAL', 2000],
        ['SUCCESS', 6000],
      ])
      stage.at(0, () => void stage.merchant.refund(ORDER, 'R-1', 300))
    },
  },
  {
    // The second payment is sealed with a key that we get later and signed with a certificate that we have to fetch.
    name: 'rotation-in-flight',
    secretsFail: true,
    rotates: true,
    async play(stage) {
      const { at, wechat, state } = stage
      await placedBefore(stage, ORDER)
      await placedBefore(stage, 'SIM-2')
      at(1000, () => wechat.pay(ORDER))
      at(2000, () => Object.assign(state.wechatKeys, { apiV3: 1 }))
      at(3000, () => wechat.pay('SIM-2'))
      at(5000, () => Object.assign(state.wechatKeys, { listed: [0, 1], signer: 1 }))
      at(6000, () => Object.assign(state.secrets, { apiV3: [1, 0] }))
    },
    conditions: { helpMs: 40_000 },
  },
  {
    name: 'paid-after-close',
    async play(stage) {
      await placedBefore(stage, ORDER)
      stage.at(0, () => void stage.merchant.close(ORDER))
      stage.at(100, () => stage.wechat.payLate(ORDER))
    },
  },
  {
    name: 'refund-refused',
    async play(stage) {
      await paidBefore(stage)
      stage.wechat.model.refused.add('R-1')
      stage.at(0, () => void stage.merchant.refund(ORDER, 'R-1', 300))
    },
  },
  {
    // Topped up a minute later; the merchant repeats the same request until it is taken, also while the sweep is at work.
    name: 'refund-not-enough',
    async play(stage) {
      await paidBefore(stage)
      stage.wechat.model.shortUntil.at = NOW + 100_000
      for (const moment of [0, 30_000, 119_500, 3 * 3_600_000])
        stage.at(moment, () => void stage.merchant.refund(ORDER, 'R-1', 300))
    },
    delays: (since) =>
      since > 119_000 && since < 120_000
        ? { requestMs: 3000, answerMs: 3000 }
        : { requestMs: 0, answerMs: 0 },
    randomOnly: true,
  },
  {
    // One number for the refunds of two orders: only one of them can have it.
    name: 'refund-number-used-twice',
    async play(stage) {
      await paidBefore(stage)
      await paidBefore(stage, 'SIM-2')
      stage.at(0, () => void stage.merchant.refund(ORDER, 'R-1', 300))
      stage.at(5, () => void stage.merchant.refund('SIM-2', 'R-1', 300))
    },
  },
  {
    // The same payment told with another content: kept, held, published; never applied.
    name: 'conflicting-payment',
    async play(stage) {
      await paidBefore(stage)
      const { model } = stage.wechat
      const notice = paymentNotice(model.orders.get(ORDER)!)
      const other = { ...notice, id: 'EV-OTHER', content: { ...notice.content, transaction_id: '4299999' } }
      stage.at(0, () => stage.wechat.submit(other))
    },
  },
  {
    name: 'amount-differs',
    heldAfterMs: 10 * 60_000,
    async play(stage) {
      await placedBefore(stage, ORDER)
      stage.wechat.model.place(ORDER, TOTAL - 1, '')
      stage.at(0, () => stage.wechat.pay(ORDER))
    },
  },
  {
    // Made outside of this system: our books know nothing of it, but somebody paid.
    name: 'order-unknown',
    heldAfterMs: 10 * 60_000,
    conditions: { helpMs: 60_000 },
    play(stage) {
      stage.wechat.model.place(ORDER, TOTAL, '')
      stage.at(0, () => stage.wechat.pay(ORDER))
    },
  },
  {
    // A busy order: several refunds of any size, some over what is left, with queries and a close in between.
    name: 'storm',
    randomOnly: true,
    play({ at, merchant, wechat, draw }) {
      at(0, () => void merchant.prepay(ORDER, TOTAL))
      at(2000, () => wechat.pay(ORDER))
      if (draw(0, 3) === 0) at(draw(0, 4000), () => void merchant.close(ORDER))
      if (draw(0, 5) === 0) at(draw(0, 9000), () => wechat.payLate(ORDER))
      for (let refund = draw(1, 5); refund > 0; refund -= 1) {
        const [number, amount, moment] = [`R-${refund}`, draw(1, 14) * 50, draw(2000, 300_000)]
        if (draw(0, 6) === 0) wechat.model.refused.add(number)
        at(moment, () => void merchant.refund(ORDER, number, amount))
        if (draw(0, 2) === 0) at(moment + draw(0, 5000), () => void merchant.queryRefund(number))
      }
      at(draw(0, 60_000), () => void merchant.query(ORDER))
    },
  },
]

export const exhaustible = scenarios.filter(({ randomOnly }) => randomOnly !== true)

export function scenarioNamed(name: string): Scenario {
  const found = scenarios.find((scenario) => scenario.name === name)
  if (found === undefined)
    throw new RangeError(
      `no scenario ${name}; there are ${scenarios.map((scenario) => scenario.name).join(', ')}`,
    )
  return found
}
