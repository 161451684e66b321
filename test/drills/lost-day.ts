/**
 * For a day every notification is lost and the sweep never runs. The next morning the bill alone brings the books to WeChat's:
 * payments that nobody here heard of, refunds that ended in silence, and refunds made on the merchant platform.
 */
import * as v from 'valibot'
import { beijingDay, DAY_MS, dayStart } from '#shared/beijing-day.ts'
import { until } from '#test/support/until.ts'
import { audit, isClean } from './audit.ts'
import type { StackDrill } from './drill.ts'
import { sideBySide } from './side-by-side.ts'
import { numbers } from './world.ts'
import type { World } from './world.ts'

/** When WeChat has its bills. */
const MORNING_MS = 10.6 * 3_600_000
const RUNS = 5

export const lostDay: StackDrill = {
  name: 'lost-day',
  title: 'all notifications of a day lost, and no sweep: the bill of the day alone',
  async run(world, size) {
    const { wechat, notes } = world
    const known = numbers('KNOWN', size(40))
    const lost = numbers('LOST', size(100))
    const elsewhere = lost.slice(0, size(40))
    await sideBySide(known, 8, async (number) => {
      const { id } = await world.paid(number, 1000)
      await world.settled(id)
    })
    const { now } = await wechat.advance(0)
    const fault = await wechat.addFault({ kind: 'drop', count: null })
    await sideBySide(lost, 8, async (number) => {
      await world.placePatiently(number, 1000)
      await wechat.pay({ out_trade_no: number })
    })
    await sideBySide(known, 8, async (number) => {
      await world.refundPatiently(number, `${number}-R`, 100)
      await wechat.finishRefund(`${number}-R`)
    })
    await sideBySide(elsewhere, 8, (number) =>
      wechat.refundElsewhere({ out_trade_no: number, amount: 300, out_refund_no: `${number}-E` }),
    )
    const before = await audit(world)
    if (before.agree) throw new Error('nothing was lost')
    await morningAfter(world, beijingDay(now))
    await until(async () => isClean(await audit(world)), 'the three books agree', { timeoutMs: 60_000 })
    const { lost: missing } = before
    notes.push(
      `${missing.length} payments, refunds and events were missing before the bill came, none after it`,
    )
    notes.push('the sweep did not run until then')
    await wechat.clearFaults(fault.id)
  },
}

const Ran = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ days: v.array(v.object({ state: v.string(), summary: v.optional(v.unknown()) })) }),
)

async function morningAfter({ stack, wechat, notes }: World, day: string): Promise<void> {
  const { now } = await wechat.advance(0)
  await wechat.advance(Math.max(0, dayStart(day) + DAY_MS + MORNING_MS - now))
  for (let run = 1; run <= RUNS; run += 1) {
    const result = await stack.lambda.invoke('reconcile', { day })
    if (!result.ok) throw new Error(`reconcile failed: ${result.error.errorMessage}`)
    if (v.parse(Ran, result.payload).days[0]?.state !== 'complete') continue
    notes.push(`the day ${day} was complete after ${run === 1 ? 'one run' : `${run} runs`} of reconcile`)
    return
  }
  throw new Error(`the day is not complete after ${RUNS} runs`)
}
