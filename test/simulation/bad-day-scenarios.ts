/** Days on which WeChat is away for hours, or slow while more is due than a minute has room for. */
import { ORDER, paidBefore, placedBefore, TOTAL } from './before.ts'
import type { Scenario, Stage } from './scenario.ts'
import { orderKey } from '#shared/orders/order-key.ts'
import { DUE_SHARDS } from '#shared/orders/order-store.ts'
import { shardOf } from '#shared/stores/shard.ts'
import { anOrder, MCHID, NOW } from '#test/support/orders.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
/** With five calls of ten seconds under way, two minutes are too short for them all. */
const ABANDONED = 60
const A_PAGE_AND_MORE = 26

/** Orders that nobody paid, due for one of their last looks; WeChat has closed them. */
async function abandonedBefore({ state, wechat }: Stage, count: number): Promise<void> {
  for (let index = 1; index <= count; index += 1) {
    const number = `OLD-${100 + index}`
    wechat.model.place(number, TOTAL, '').state = 'CLOSED'
    const order = anOrder({
      order_key: orderKey(MCHID, number),
      out_trade_no: number,
      created_at: NOW - 20 * HOUR,
      next_check_at: NOW - HOUR,
      next_check_class: 'late',
    })
    await state.orders.save(order)
    state.orderWatch.saved(order)
  }
}

/** What no release can read, and more of it than a page of the index: before the two that must not wait. */
function unreadableBefore({ state }: Stage): void {
  for (const number of [ORDER, 'SIM-2'])
    for (let index = 0; index < A_PAGE_AND_MORE; index += 1)
      state.dynamo.orders.put({
        order_key: { S: `${MCHID}#BROKEN-${number}-${index}` },
        version: { N: '1' },
        v: { N: '1' },
        due_shard: { S: dueShardOf(number) },
        next_check_at: { N: String(NOW - HOUR) },
      })
}

/** Of the class that goes first for each: one has a refund of unknown outcome, somebody is paying the other. */
function dueShardOf(number: string): string {
  const shards = DUE_SHARDS[number === ORDER ? 'refund_unknown' : 'unpaid_young']
  return String(shards[Number(shardOf(orderKey(MCHID, number), shards.length))])
}

export const badDayScenarios: readonly Scenario[] = [
  {
    // Three hours without one good answer: nothing may be put off until tomorrow for that.
    name: 'wechat-away',
    async play(stage) {
      await paidBefore(stage)
      await placedBefore(stage, 'SIM-2')
      stage.at(20_000, () => void stage.merchant.refund(ORDER, 'R-1', 300))
      stage.at(30_000, () => stage.wechat.paySilently('SIM-2'))
    },
    outage: (since) => since > 10_000 && since < 3 * HOUR,
    turns: true,
    doneByMs: { wechat: 3 * HOUR + 15 * MINUTE },
    conditions: { doubleSweep: () => true },
    singles: 200,
  },
  {
    // At first everything fails, then WeChat is slow: what cannot wait is done all the same, whatever else is due.
    name: 'more-than-a-minute-can-hold',
    async play(stage) {
      await abandonedBefore(stage, ABANDONED)
      unreadableBefore(stage)
      await paidBefore(stage)
      await placedBefore(stage, 'SIM-2')
      stage.at(0, () => void stage.merchant.refund(ORDER, 'R-1', 300))
      stage.at(70_000, () => stage.wechat.paySilently('SIM-2'))
    },
    outage: (since) => since < 70_000,
    delays: (since) => ({ requestMs: 0, answerMs: since < 70_000 ? 0 : 10_000 }),
    turns: true,
    doneByMs: { wechat: 4 * MINUTE },
    endsMs: 30 * MINUTE,
    conditions: { doubleSweep: () => true, helpMs: 0 },
    singles: 500,
  },
]
