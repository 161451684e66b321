/** Payments at Alipay: no trade before its payer comes, and notifications that anybody may send who can sign them. */
import { orderKey } from '#shared/orders/order-key.ts'
import { codeBefore, paidAtAlipay } from './alipay-before.ts'
import { ALIPAY_ACCOUNT } from './alipay-app.ts'
import type { AlipayNotice } from './alipay-notices.ts'
import { ORDER, paidBefore, placedBefore, TOTAL } from './before.ts'
import type { Scenario } from './scenario.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** The same notification with something else in it, under the signature that it had. */
function forged({ id, fields }: AlipayNotice, changes: Readonly<Record<string, string>>): AlipayNotice {
  return { id: `${id}-forged`, fields: { ...fields, ...changes }, signed: fields }
}

/** Signed, and told to another app of the same platform. */
function foreign({ id, fields }: AlipayNotice, changes: Readonly<Record<string, string>>): AlipayNotice {
  const told = { ...fields, ...changes }
  return { id: `${id}-foreign`, fields: told, signed: told }
}

export const alipayScenarios: readonly Scenario[] = [
  {
    name: 'alipay-pay',
    withAlipay: true,
    play({ at, alipay }) {
      at(0, () => void alipay.merchant.prepay(ORDER, TOTAL))
      at(2000, () => alipay.pay(ORDER))
    },
  },
  {
    // The payer's client brings the order: nothing is called before, and of the second one Alipay never hears.
    name: 'alipay-page-pay',
    withAlipay: true,
    play({ at, alipay }) {
      at(0, () => void alipay.merchant.prepay(ORDER, TOTAL, 'page_pay'))
      at(0, () => void alipay.merchant.prepay('SIM-2', TOTAL, 'page_pay'))
      at(2 * MINUTE, () => alipay.payByLink(ORDER))
    },
    conditions: { helpMs: 0 },
    pairs: 50,
  },
  {
    // Nobody has opened it, so Alipay has nothing to close: whoever comes after that may pay all the same.
    name: 'alipay-close-before-payer',
    withAlipay: true,
    async play(stage) {
      await codeBefore(stage, ORDER)
      stage.at(0, () => void stage.alipay.merchant.close(ORDER))
      stage.at(20 * MINUTE, () => stage.alipay.pay(ORDER, { silent: true }))
    },
  },
  {
    // One is never opened, one is opened and not paid.
    name: 'alipay-nobody-pays',
    withAlipay: true,
    async play(stage) {
      const { at, alipay } = stage
      await codeBefore(stage, ORDER)
      await codeBefore(stage, 'SIM-2')
      at(0, () => alipay.open('SIM-2'))
    },
    pairs: 10,
  },
  {
    name: 'alipay-close-races-pay',
    withAlipay: true,
    async play(stage) {
      const { at, alipay } = stage
      await codeBefore(stage, ORDER)
      at(0, () => alipay.open(ORDER))
      at(2000, () => alipay.pay(ORDER))
      at(1990, () => void alipay.merchant.close(ORDER))
      at(2005, () => void alipay.merchant.query(ORDER))
    },
  },
  {
    // The answer is lost, and a number that has a code is given none again.
    name: 'alipay-code-given-once',
    withAlipay: true,
    play({ at, alipay }) {
      alipay.model.codes.once = true
      at(0, () => void alipay.merchant.prepay(ORDER, TOTAL))
      at(70_000, () => alipay.pay(ORDER, { silent: true }))
    },
    delays: (since) => ({ requestMs: 0, answerMs: since < 5000 ? 40_000 : 0 }),
  },
  {
    // Another amount under a signature of Alipay's, a word for a second order, and what was told to somebody else.
    name: 'alipay-forged',
    withAlipay: true,
    async play(stage) {
      const { at, alipay } = stage
      await codeBefore(stage, ORDER)
      at(1000, () => alipay.pay(ORDER))
      at(1500, () => alipay.submit(forged(alipay.noticeOf(ORDER), { total_amount: '99.00' })))
      at(1500, () => alipay.submit(forged(alipay.noticeOf(ORDER), { out_trade_no: 'SIM-2' })))
      at(1500, () => alipay.submit(foreign(alipay.noticeOf(ORDER), { app_id: '2021009999999999' })))
      at(1500, () => alipay.submit(foreign(alipay.noticeOf(ORDER), { seller_id: '2088999999999999' })))
    },
  },
  {
    // The same payment told with another content: kept, held, published; never applied.
    name: 'alipay-conflicting-payment',
    withAlipay: true,
    async play(stage) {
      await paidAtAlipay(stage)
      const { at, alipay, state } = stage
      const { id, fields } = alipay.noticeOf(ORDER)
      state.contradicted.add(orderKey(ALIPAY_ACCOUNT, ORDER))
      at(0, () => alipay.submit({ id, fields: { ...fields, trade_no: '2026030122001999999999999999' } }))
    },
  },
  {
    // WeChat answers nothing for an hour: Alipay's payer and refund do not wait for that.
    name: 'alipay-goes-on',
    withAlipay: true,
    async play(stage) {
      const { at, merchant, alipay } = stage
      await paidBefore(stage, 'SIM-3')
      await placedBefore(stage, 'SIM-4')
      at(0, () => void merchant.refund('SIM-3', 'R-1', 300))
      await codeBefore(stage, ORDER)
      await paidAtAlipay(stage, 'SIM-2')
      alipay.model.slow.set('R-1', 90_000)
      at(30_000, () => alipay.pay(ORDER, { silent: true }))
      at(40_000, () => void alipay.merchant.refund('SIM-2', 'R-1', 300))
    },
    outage: (since, provider) => provider === 'wechat' && since < HOUR,
    turns: true,
    doneByMs: { alipay: 6 * MINUTE },
    conditions: { doubleSweep: () => true, helpMs: 0 },
    singles: 400,
  },
]
