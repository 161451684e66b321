/** WeChat is slow, then its primary domain is down, then both are, then it carries out refunds without an answer. */
import type { FaultInput } from '#simulator/faults.ts'
import type { StackDrill } from './drill.ts'
import { sideBySide } from './side-by-side.ts'
import { numbers } from './world.ts'
import type { World } from './world.ts'

const SLOW_MS = 1000
const BOTH_DOWN: readonly FaultInput[] = [
  { kind: 'primary_down' },
  { kind: 'service_unavailable', match: { host: 'backup' }, count: null },
]

export const wechatTrouble: StackDrill = {
  name: 'wechat-trouble',
  title: 'WeChat slow, half down, down, and carrying out refunds without an answer',
  async run(world, size) {
    const { wechat, notes, stack } = world
    await during(world, [{ kind: 'slow', delay_ms: SLOW_MS, count: null }], () =>
      trade(world, numbers('SLOW', size(12))),
    )
    await during(world, [{ kind: 'primary_down' }], () => trade(world, numbers('BACKUP', size(20))))

    const paid = numbers('PAID', size(20))
    await sideBySide(paid, 8, async (number) => {
      await world.placePatiently(number, 500)
      await wechat.pay({ out_trade_no: number })
      await world.merchant.event(world.paymentKey(number))
    })
    const refused = numbers('DOWN', size(10))
    await during(world, BOTH_DOWN, async () => {
      await sideBySide(refused, 4, async (number) => {
        const placed = await world.place(number).then(
          () => '200',
          (error: Error) => error.message,
        )
        if (placed !== `${number}: 503 wechat_unavailable`) throw new Error(`expected a 503, got ${placed}`)
      })
      await sideBySide(paid, 8, (number) => world.refundPatiently(number, `${number}-R1`, 100))
    })
    await during(world, [{ kind: 'reset_after', match: { endpoint: 'refund' }, count: null }], () =>
      sideBySide(paid, 8, (number) => world.refundPatiently(number, `${number}-R2`, 150)),
    )
    await trade(world, refused)

    // One run a minute: the sweep sends at most one refund of an order again in each.
    await world.sweepAfter(2 * 60_000)
    await world.sweepAfter(2 * 60_000)
    await world.finishRefunds()
    const repeated = stack.logs.lines().filter((line) => line.includes('REFUND_SENT_AGAIN')).length
    notes.push(
      `${paid.length * 2} refunds without an answer, ${repeated} of them sent again under their number`,
    )
  },
}

async function during(world: World, faults: readonly FaultInput[], work: () => Promise<void>): Promise<void> {
  for (const fault of faults) await world.wechat.addFault(fault)
  await work()
  await world.wechat.clearFaults()
}

async function trade(world: World, orders: readonly string[]): Promise<void> {
  await sideBySide(orders, 8, async (number) => {
    await world.placePatiently(number, 1000)
    await world.wechat.pay({ out_trade_no: number })
    await world.merchant.event(world.paymentKey(number))
    await world.refundPatiently(number, `${number}-R`, 250)
  })
}
