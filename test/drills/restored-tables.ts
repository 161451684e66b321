/**
 * Both tables are restored to the same second, with money half-way in it, and an hour of trade after it is gone. The sweep asks
 * WeChat again; what was asked of us after that second is asked again by the shop, under the same numbers.
 */
import { copyTables, differenceOf, restoreTables } from '#test/support/table-copy.ts'
import type { TableCopy } from '#test/support/table-copy.ts'
import type { StackDrill } from './drill.ts'
import { sideBySide } from './side-by-side.ts'
import { numbers } from './world.ts'
import type { World } from './world.ts'

const MINUTE = 60_000

export const restoredTables: StackDrill = {
  name: 'restored-tables',
  title: 'both tables restored to the same second, an hour of trade after it gone',
  async run(world, size) {
    const { stack, wechat, notes } = world
    const settled = numbers('SETTLED', size(20))
    const halfway = numbers('HALFWAY', size(20))
    const unpaid = numbers('UNPAID', size(20))
    const later = numbers('LATER', size(20))

    await sideBySide(settled, 8, (number) => paid(world, number))
    await sideBySide(settled, 8, (number) => world.refundPatiently(number, `${number}-R`, 100))
    await sideBySide([...halfway, ...unpaid], 8, (number) => world.placePatiently(number, 1000))
    // Stored, and nobody was told of it: half-way in that very second.
    stack.cloud.messaging.setQueuesFault('down')
    await sideBySide(halfway, 8, async (number) => {
      await wechat.addFault({ kind: 'hold', match: { out_trade_no: number } })
      await wechat.pay({ out_trade_no: number })
    })
    const copy = await copyTables(stack)
    stack.cloud.messaging.setQueuesFault('none')
    await tradeAfter(world, { settled, halfway, unpaid, later })

    await bringBack(world, copy)
    for (const { id } of world.merchant.events) world.toldBefore.add(id)
    const gone = later.length + unpaid.length + halfway.length
    notes.push(
      `gone with the hour: ${gone} payments, ${settled.length} results of refunds, ${unpaid.length} refunds`,
    )
    await world.sweepAfter(5 * MINUTE)
    await sideBySide(unpaid, 8, (number) => world.settled(world.paymentKey(number)))
    notes.push('the sweep brought back every payment and refund of what was known in that second')
    await askAgain(world, { unpaid, later })
    notes.push(
      'the shop asked again for what it had asked for later: order_already_paid, and the refunds that WeChat had made',
    )
  },
}

/** Nothing settles meanwhile: a message of that hour would go on with what is no longer there. */
async function bringBack({ stack }: World, copy: TableCopy): Promise<void> {
  stack.cloud.messaging.setQueuesFault('down')
  await restoreTables(stack, copy)
  const differing = differenceOf(copy, await copyTables(stack))
  if (differing.length > 0) throw new Error(`not as in that second: ${differing.join(', ')}`)
  stack.cloud.messaging.setQueuesFault('none')
}

type Orders = Readonly<Record<'settled' | 'halfway' | 'unpaid' | 'later', readonly string[]>>

async function paid(world: World, number: string): Promise<void> {
  await world.placePatiently(number, 1000)
  await world.wechat.pay({ out_trade_no: number })
  await world.settled(world.paymentKey(number))
}

/** Everything goes on to its end, and is heard of. */
async function tradeAfter(world: World, { settled, halfway, unpaid, later }: Orders): Promise<void> {
  const { wechat } = world
  await world.sweepAfter(2 * MINUTE)
  await sideBySide(halfway, 8, (number) => world.settled(world.paymentKey(number)))
  await sideBySide(settled, 8, async (number) => {
    await wechat.finishRefund(`${number}-R`)
    await world.settled(world.refundKey(`${number}-R`))
  })
  await sideBySide(later, 8, (number) => paid(world, number))
  await sideBySide(unpaid, 8, async (number) => {
    await wechat.pay({ out_trade_no: number })
    await world.settled(world.paymentKey(number))
    await refunded(world, number)
  })
}

async function refunded(world: World, number: string): Promise<void> {
  await world.refundPatiently(number, `${number}-R`, 100)
  await world.wechat.finishRefund(`${number}-R`)
  await world.settled(world.refundKey(`${number}-R`))
}

/** The shop has its own books: what it asked for after that second it asks for again. */
async function askAgain(world: World, { unpaid, later }: Pick<Orders, 'unpaid' | 'later'>): Promise<void> {
  const { merchant } = world
  await sideBySide(unpaid, 8, (number) => world.refundPatiently(number, `${number}-R`, 100))
  await sideBySide(later, 8, async (number) => {
    const order = { channel: 'native', out_trade_no: number, description: 'tea', amount: { total: 1000 } }
    const { status, body } = await merchant.post('/v1/payments', order)
    if (status !== 409 || body['code'] !== 'order_already_paid')
      throw new Error(`${number} was answered ${status} ${String(body['code'])}`)
  })
}
