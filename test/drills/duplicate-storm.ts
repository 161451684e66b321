/** 2,000 notifications, each five times, in shuffled order and many at once. */
import type { StackDrill } from './drill.ts'
import { sideBySide } from './side-by-side.ts'
import { shuffled } from './shuffled.ts'
import { numbers } from './world.ts'

const COPIES = 5
const AT_ONCE = 32

export const duplicateStorm: StackDrill = {
  name: 'duplicate-storm',
  title: '2,000 notifications five times each, shuffled, under load',
  async run(world, size) {
    const { wechat, merchant, notes } = world
    const orders = numbers('STORM', size(2000))
    // WeChat keeps them to itself, so that this drill decides when and how often each is sent.
    await wechat.addFault({ kind: 'drop', count: null })
    await sideBySide(orders, AT_ONCE, async (number) => {
      await world.placePatiently(number, 100 + (number.length % 7))
      await wechat.pay({ out_trade_no: number })
    })
    const ids = (await wechat.notifications()).map(({ id }) => id)
    const started = performance.now()
    let sent = 0
    let refused = 0
    await sideBySide(
      shuffled(ids.flatMap((id) => Array.from({ length: COPIES }, () => id))),
      AT_ONCE,
      async (id) => {
        for (let acknowledged = false; !acknowledged; sent += 1) {
          const [attempt] = await wechat.resend(id)
          acknowledged = attempt?.status === 204
          if (!acknowledged) refused += 1
        }
      },
    )
    const seconds = (performance.now() - started) / 1000
    const keys = orders.map((number) => world.paymentKey(number))
    await merchant.when(
      () => {
        const received = new Set(merchant.events.map(({ id }) => id))
        return keys.every((key) => received.has(key)) ? true : undefined
      },
      'every event',
      60_000,
    )
    const settled = (performance.now() - started) / 1000
    notes.push(
      `${sent} notifications of ${ids.length} payments in ${seconds.toFixed(1)} s (${Math.round(sent / seconds)}/s), ${refused} had to be repeated`,
      `all ${orders.length} events received ${settled.toFixed(1)} s after the first notification`,
    )
  },
}
