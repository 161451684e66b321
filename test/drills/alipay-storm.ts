/**
 * Alipay's ladder: eight deliveries within 25 hours. Each of the first is broken by something else, copies come side by side and out of
 * turn, and refunds are made meanwhile, each told inside a notification of its payment. A few orders lose all eight deliveries.
 */
import type { AlipayOnShow } from '#simulator/alipay/on-show.ts'
import type { StackDrill } from './drill.ts'
import { sideBySide } from './side-by-side.ts'
import { shuffled } from './shuffled.ts'
import { numbers } from './world.ts'
import type { World } from './world.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const AT_ONCE = 16
const COPIES = 3
const DELIVERIES = 8
const TOTAL = 1000
/** No order has all of it refunded, so that every fen that is left is counted. */
const REFUNDED = 150

interface Storm {
  readonly world: World
  readonly alipay: AlipayOnShow
  readonly orders: readonly string[]
}

type Break = (storm: Storm) => Promise<Mend>
type Mend = () => Promise<unknown> | void

interface Rung {
  /** Before the delivery. */
  readonly wait: number
  /** What is broken while it is due. */
  readonly broken: Break
  /** What goes on meanwhile. */
  readonly beside: (storm: Storm) => Promise<void>
}

const LADDER: readonly Rung[] = [
  { wait: 4 * MINUTE, broken: tampered, beside: refundsElsewhere },
  { wait: 10 * MINUTE, broken: refusedWrites, beside: idle },
  { wait: 10 * MINUTE, broken: noRefundQueries, beside: idle },
  { wait: HOUR, broken: lostAnswers, beside: outOfTurn },
  { wait: 2 * HOUR, broken: killed, beside: outOfTurn },
  { wait: 6 * HOUR, broken: nothing, beside: outOfTurn },
  { wait: 15 * HOUR, broken: nothing, beside: refundsOfOurs },
]

export const alipayStorm: StackDrill = {
  name: 'alipay-storm',
  title: "Alipay's eight deliveries, most of them broken, in copies, with refunds told inside",
  async run(world, size) {
    const alipay = world.stack.simulator?.alipay
    if (alipay === undefined) throw new Error('this drill needs a stage with Alipay')
    const orders = names('ALISTORM', size(150))
    const unheard = names('ALIUNHEARD', size(10))
    const storm = { world, alipay, orders }
    await firstDeliveries(storm, unheard)
    for (const { wait, broken, beside } of LADDER) {
      const mend = await broken(storm)
      await Promise.all([world.wechat.advance(wait), beside(storm)])
      await mend()
    }
    await alipay.control.clearFaults()
    // What these told is on its way, and may have to be told again.
    await world.wechat.advance(25 * HOUR)
    await gaveUp(storm, unheard)
  },
}

/** Alipay takes letters, digits and `_`. */
function names(prefix: string, count: number): readonly string[] {
  return numbers(prefix, count).map((number) => number.replace('-', '_'))
}

/** The queue is down when everybody pays: what comes is stored and not dispatched, and answered so that it comes again. */
async function firstDeliveries({ world, alipay, orders }: Storm, unheard: readonly string[]): Promise<void> {
  const { stack, wechat } = world
  await sideBySide([...orders, ...unheard], AT_ONCE, (number) => world.atAlipay.placePatiently(number, TOTAL))
  for (const number of unheard)
    await alipay.control.addFault({ kind: 'foreign_key', match: { out_trade_no: number }, count: null })
  await alipay.control.addFault({ kind: 'duplicate', times: COPIES, count: null })
  stack.cloud.messaging.setQueuesFault('down')
  await sideBySide([...orders, ...unheard], AT_ONCE, (number) => alipay.control.pay({ out_trade_no: number }))
  await wechat.advance(0)
  stack.cloud.messaging.setQueuesFault('none')
}

async function nothing(): Promise<Mend> {
  return () => {}
}

async function idle(): Promise<void> {}

/** Whatever is delivered was changed on its way. */
async function tampered({ alipay }: Storm): Promise<Mend> {
  const { id } = await alipay.control.addFault({ kind: 'tampered_body', count: null })
  return () => alipay.control.clearFaults(id)
}

/** DynamoDB refuses nine of ten writes: whoever answers success now has nothing in hand for a refund that nobody will tell again. */
async function refusedWrites({ world }: Storm): Promise<Mend> {
  const { dynamodb } = world.stack.cloud
  dynamodb.setFault({ kind: 'throttle', ratio: 0.9 })
  return () => dynamodb.setFault(undefined)
}

/** What a notification names cannot be asked for: it is stored, and left to the sweep. */
async function noRefundQueries({ alipay }: Storm): Promise<Mend> {
  const method = 'alipay.trade.fastpay.refund.query'
  const { id } = await alipay.control.addFault({ kind: 'system_error', match: { method }, count: null })
  return () => alipay.control.clearFaults(id)
}

/** DynamoDB carries half of the writes out without an answer. */
async function lostAnswers({ world }: Storm): Promise<Mend> {
  const { dynamodb } = world.stack.cloud
  dynamodb.setFault({ kind: 'lose_answers', ratio: 0.5 })
  return () => dynamodb.setFault(undefined)
}

/** Processes are killed at work until it is mended. */
async function killed({ world }: Storm): Promise<Mend> {
  const over = new AbortController()
  const killing = (async () => {
    for (let turn = 0; !over.signal.aborted; turn += 1) {
      await world.stack.kill(turn % 3 === 2 ? 'settle' : 'notify-alipay')
      // Between two kills something has to get as far as being killed.
      await world.merchant.get('/v1/payments/ALISTORM_1?provider=alipay')
    }
  })()
  return () => {
    over.abort()
    return killing
  }
}

/**
 * Two thirds once more, shuffled and many at once, whatever became of them before. Of orders that are refunded elsewhere Alipay's own
 * repetitions alone come: what was answered with success is never told again.
 */
async function outOfTurn({ alipay, orders }: Storm): Promise<void> {
  const again = new Set(orders.filter((_, index) => index % 3 !== 0))
  const ids = (await alipay.control.notifications())
    .filter(({ out_trade_no }) => again.has(out_trade_no))
    .map(({ id }) => id)
  await sideBySide(shuffled(ids), AT_ONCE, (id) => alipay.control.resend(id))
}

/** While no payment is settled here, a person refunds a third of them; the notice of it tells of both. */
async function refundsElsewhere({ alipay, orders }: Storm): Promise<void> {
  await sideBySide(third(orders, 0), AT_ONCE, (out_trade_no) =>
    alipay.control.refundElsewhere({ out_trade_no, amount: REFUNDED, out_request_no: `${out_trade_no}_E` }),
  )
}

/** A third is refunded by us, in two parts, while Alipay tells of the first. */
async function refundsOfOurs({ world, orders }: Storm): Promise<void> {
  await sideBySide(third(orders, 1), AT_ONCE, async (number) => {
    await world.atAlipay.refundPatiently(number, `${number}_R1`, REFUNDED)
    await world.atAlipay.refundPatiently(number, `${number}_R2`, REFUNDED)
  })
}

function third(orders: readonly string[], which: 0 | 1): readonly string[] {
  return orders.filter((_, index) => index % 3 === which)
}

/** Those that lost every delivery are left to the sweep. */
async function gaveUp({ world, alipay }: Storm, unheard: readonly string[]): Promise<void> {
  const all = await alipay.control.notifications()
  const given = all.filter(({ state }) => state === 'given_up')
  if (given.length !== unheard.length)
    throw new Error(`Alipay gave up on ${given.length} of ${unheard.length} notifications`)
  const tries = given.map((delivery) => delivery.attempts.length - (COPIES - 1))
  if (tries.some((count) => count !== DELIVERIES))
    throw new Error(`it gave up after ${[...new Set(tries)].join(', ')} deliveries`)
  const attempts = all.flatMap((delivery) => delivery.attempts)
  const taken = attempts.filter((attempt) => attempt.taken).length
  world.notes.push(
    `${all.length} notifications in ${attempts.length} deliveries, ${attempts.length - taken} of them not answered with success`,
    `Alipay gave up on ${given.length} after ${DELIVERIES} deliveries of its own each: the sweep finds these payments`,
  )
}
