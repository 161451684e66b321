/** An order that has as many refunds, decisions and notes as one can have, or nearly: what happens to it is still written. */
import { digestOf } from '#shared/ledger/digest.ts'
import { fen } from '#shared/money.ts'
import { NOW } from '#test/support/orders.ts'
import { ORDER, paidBefore } from './before.ts'
import type { Scenario } from './scenario.ts'

const REFUSED = 146
const HOLDS = 30
/** The longest that a person may write, in characters of three bytes. */
const NOTE = '请核对这笔订单'.repeat(80).slice(0, 512)

function refused(index: number) {
  const number = `OLD-${index}-`.padEnd(64, 'R')
  const refund = { status: 'FAILED', amount: fen(1), request_hash: 'h'.repeat(64), failure_code: 'NO_AUTH' }
  return [number, refund as typeof refund & { readonly status: 'FAILED' }] as const
}

function letPass(index: number) {
  const hold = `operator#${index}`
  const signed = { hold, by: '张三李四'.repeat(16), note: NOTE, evidence: digestOf(hold) }
  return [
    { ...signed, action: 'hold' as const, at: NOW - 2000 + index },
    { ...signed, action: 'dismiss' as const, at: NOW - 1000 + index },
  ]
}

export const fullScenario: Scenario = {
  name: 'order-is-full',
  async play(stage) {
    const { at, merchant, operators, wechat } = stage
    await paidBefore(stage, ORDER, {
      refunds: Object.fromEntries(Array.from({ length: REFUSED }, (_, index) => refused(index))),
      decided: Array.from({ length: HOLDS }, (_, index) => letPass(index)).flat(),
    })
    at(0, () => void merchant.refund(ORDER, 'R-1', 300))
    for (let turn = 0; turn < 6; turn += 1)
      at(20_000 + turn * 1000, () => operators.hold(ORDER, `${turn}${NOTE}`.slice(0, 512)))
    at(30_000, () => wechat.refundElsewhere(ORDER, 'C-1', 300))
    for (let turn = 0; turn < 3; turn += 1)
      at(150_000 + turn * 1000, () => void operators.release(ORDER, 'dismiss'))
    at(200_000, () => void merchant.refund(ORDER, 'R-2', 100))
  },
  // What cannot be written is tried for ever.
  endsMs: 20 * 60_000,
  singles: 300,
  // The form in which an item is longest.
  conditions: { form: () => 1 },
  clerk: true,
}
