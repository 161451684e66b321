/** Orders on their way to WeChat: refused, used by others, of unknown outcome, given up, and numbers that come again. */
import { ORDER, TOTAL } from './before.ts'
import { orderKey } from '#shared/orders/order-key.ts'
import { MCHID } from '#test/support/orders.ts'
import type { Scenario } from './scenario.ts'
import { paymentNotice } from './wechat-notices.ts'

export const placingScenarios: readonly Scenario[] = [
  {
    // Refused; another system uses the number at WeChat, and before its payment has reached our books we use it again.
    name: 'number-paid-elsewhere',
    play({ at, merchant, wechat, state }) {
      const { model } = wechat
      model.refusedOrders.add(ORDER)
      at(0, () => void merchant.prepay(ORDER, TOTAL))
      at(5000, () => {
        const order = model.place(ORDER, TOTAL, '')
        Object.assign(order, { state: 'PAID', late: true })
        state.contradicted.add(orderKey(MCHID, ORDER))
        wechat.submit(paymentNotice(order))
      })
      at(5040, () => void merchant.prepay(ORDER, TOTAL - 100))
    },
    clerk: true,
  },
  {
    // The answer is lost, the notify URL changes with a release, and the repeat is another request for WeChat, or refused.
    name: 'prepay-of-unknown-outcome',
    play({ at, merchant, wechat, state, draw }) {
      at(0, () => void merchant.prepay(ORDER, TOTAL))
      at(500, () => Object.assign(state.settings, { notifyUrl: 'https://other.example.com/' }))
      if (draw(0, 1) === 0) at(600, () => void wechat.model.refusedOrders.add(ORDER))
      at(70_000, () => wechat.paySilently(ORDER))
    },
    delays: (since) => ({ requestMs: 0, answerMs: since < 5000 ? 40_000 : 0 }),
  },
  {
    // WeChat has the number from somebody else.
    name: 'number-used-at-wechat',
    play({ at, merchant, wechat }) {
      wechat.model.place(ORDER, TOTAL, 'of another system')
      at(0, () => void merchant.prepay(ORDER, TOTAL))
      at(70_000, () => wechat.paySilently(ORDER))
    },
  },
  {
    // Nobody repeats what was lost; much later the number comes again, with another amount.
    name: 'prepay-abandoned',
    play({ at, merchant, wechat }) {
      at(0, () => void merchant.prepay(ORDER, TOTAL))
      at(20 * 60_000, () => void merchant.prepay(ORDER, TOTAL - 100))
      at(21 * 60_000, () => wechat.paySilently(ORDER, '2026-03-01T12:21:00+08:00'))
    },
    conditions: { repeats: () => false },
  },
]
