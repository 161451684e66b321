/** SQS is down for 25 hours of WeChat's time: WeChat gives up on every notification before it is back. */
import type { StackDrill } from './drill.ts'
import { sideBySide } from './side-by-side.ts'
import { numbers } from './world.ts'

const HOUR = 3_600_000

export const sqsOutage: StackDrill = {
  name: 'sqs-outage',
  title: 'SQS down for 25 hours, WeChat gives up meanwhile',
  async run(world, size) {
    const { stack, wechat, merchant, notes } = world
    const before = numbers('BEFORE', size(20))
    const during = numbers('DURING', size(40))
    await sideBySide([...before, ...during], 8, (number) => world.placePatiently(number, 1000))
    await sideBySide(before, 8, async (number) => {
      await wechat.pay({ out_trade_no: number })
      await merchant.event(world.paymentKey(number))
      await world.refundPatiently(number, `${number}-R`, 400)
    })
    stack.cloud.messaging.setQueuesFault('down')
    await sideBySide(during, 8, (number) => wechat.pay({ out_trade_no: number }))
    await sideBySide(before, 8, (number) => wechat.finishRefund(`${number}-R`))
    await wechat.advance(25 * HOUR)
    stack.cloud.messaging.setQueuesFault('none')
    const states = (await wechat.notifications()).filter(({ state }) => state !== 'delivered')
    const givenUp = states.filter(({ state }) => state === 'given_up')
    if (givenUp.length !== during.length + before.length)
      throw new Error(`WeChat gave up on ${givenUp.length} of ${during.length + before.length} notifications`)
    const attempts = givenUp.reduce((sum, delivery) => sum + delivery.attempts.length, 0)
    notes.push(`WeChat gave up on ${givenUp.length} notifications after ${attempts} attempts`)
  },
}
