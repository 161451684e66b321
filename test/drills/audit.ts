/**
 * Counts after a drill, for each channel from three sides that do not know of each other: its books in the simulator,
 * the tables, and what a subscriber of the topic received.
 */
import { countDeadLetters } from '#cli/stack/dead-letters.ts'
import type { Event } from '#local/demo/merchant.ts'
import { paymentFactKey, refundFactKey } from '#shared/facts/fact-key.ts'
import type { RefundFactState } from '#shared/facts/fact-key.ts'
import { accountIn } from '#shared/orders/order-key.ts'
import type { Provider } from '#shared/providers.ts'
import { storedFacts, storedOrders } from '#test/support/stored.ts'
import type { StoredFactItem, StoredOrder, StoredRefund } from '#test/support/stored.ts'
import { channelSides } from './channel-side.ts'
import type { ChannelSide, Money, View } from './channel-side.ts'
import type { World } from './world.ts'

/** The money of one channel, seen from three sides. */
interface Compared {
  readonly provider: Provider
  readonly theirs: View
  readonly orders: View
  readonly events: View
}

export interface Audit {
  /** One for each channel of the stack. */
  readonly channels: readonly Compared[]
  /** Whether the three views of each are the same. */
  readonly agree: boolean
  /** One line each: what is missing, what is there twice, what does not move any more. */
  readonly lost: readonly string[]
  readonly doubled: readonly string[]
  readonly stuck: readonly string[]
  /** Messages that settle gave up on; their facts are the sweep's. */
  readonly deadLetters: number
  /** Events received, and how many of them were repeats: same id, same content. */
  readonly received: number
  readonly repeats: number
}

export async function audit(world: World): Promise<Audit> {
  const [orders, facts] = [await storedOrders(world.stack), await storedFacts(world.stack)]
  const refunds = orders.flatMap((order) => order.refunds)
  const events = new Map(world.merchant.events.map((event) => [event.id, event]))
  const found = { orders, facts, refunds, events }
  const channels = await Promise.all(channelSides(world.stack).map((side) => compared(side, found)))
  return {
    channels,
    agree: channels.every(({ theirs, ...ours }) => same(theirs, ours.orders) && same(theirs, ours.events)),
    lost: await lost(world, found),
    doubled: await doubled(world, found),
    stuck: stuck(found),
    deadLetters: await deadLetters(world),
    received: world.merchant.events.length,
    repeats: world.merchant.events.length - events.size,
  }
}

async function compared(side: ChannelSide, found: Found): Promise<Compared> {
  const orders = ordersOf(side, found)
  const refunds = orders.flatMap((order) => order.refunds)
  const events = [...found.events.values()].filter(({ data }) => data['mchid'] === side.account)
  return {
    provider: side.provider,
    theirs: await side.books(),
    orders: {
      payments: sum(orders.filter(({ status }) => status === 'PAID').map(({ amount }) => amount.total)),
      refunds: sum(refunds.filter(({ status }) => status === 'SUCCESS').map(({ amount }) => amount)),
    },
    events: {
      payments: sum(amountsOf(events, 'payment.succeeded', 'total')),
      refunds: sum(amountsOf(events, 'refund.succeeded', 'refund')),
    },
  }
}

function ordersOf({ account }: ChannelSide, { orders }: Found): readonly StoredOrder[] {
  return orders.filter(({ order_key }) => accountIn(order_key) === account)
}

/** Whoever looks at a letter hides it for a while: it is there all the same. */
async function deadLetters({ stack }: World): Promise<number> {
  const { queues } = stack.description
  return countDeadLetters({ sqs: stack.clients.sqs, queues })
}

interface Found {
  readonly orders: readonly StoredOrder[]
  readonly facts: readonly StoredFactItem[]
  readonly refunds: readonly StoredRefund[]
  readonly events: ReadonlyMap<string, Event>
}

async function lost(world: World, found: Found): Promise<readonly string[]> {
  const ofChannels = await Promise.all(channelSides(world.stack).map((side) => lostOf(side, found)))
  const stored = new Set(found.refunds.map(({ out_refund_no }) => out_refund_no))
  const broken = [...world.promisedRefunds].filter((number) => !stored.has(number))
  return [...ofChannels.flat(), ...broken.map((number) => `refund ${number}: promised and not stored`)]
}

async function lostOf(side: ChannelSide, found: Found): Promise<readonly string[]> {
  const orders = ordersOf(side, found)
  const paidHere = new Map(orders.map((order) => [order.out_trade_no, order]))
  const refundsHere = new Map(
    orders.flatMap(({ refunds }) => refunds.map((refund) => [refund.out_refund_no, refund.status])),
  )
  const keys = new Set(found.facts.map(({ fact_key }) => fact_key))
  const missing: string[] = []
  for (const { number, id } of await side.payments()) {
    const order = paidHere.get(number)
    if (order?.status !== 'PAID' || order.transaction_id !== id) missing.push(`payment of ${number}: order`)
    if (!found.events.has(paymentFactKey(side.account, number, 'SUCCESS')))
      missing.push(`payment of ${number}: event`)
  }
  for (const { number, status } of await side.refunds()) {
    if (refundsHere.get(number) !== status) missing.push(`refund ${number} is ${status}: order`)
    const key = refundFactKey(side.account, number, status as RefundFactState)
    if (status !== 'PROCESSING' && !found.events.has(key))
      missing.push(`refund ${number} is ${status}: event`)
  }
  for (const { order, refund } of await side.acknowledged()) {
    const stored =
      refund === undefined
        ? keys.has(paymentFactKey(side.account, order, 'SUCCESS'))
        : refundsHere.has(refund)
    const what = refund === undefined ? 'payment' : 'refund'
    if (!stored) missing.push(`${what} of ${order}: acknowledged and not stored`)
  }
  return missing
}

async function doubled(world: World, { orders, refunds, events }: Found): Promise<readonly string[]> {
  const found: string[] = []
  for (const event of world.merchant.events) {
    const content = world.toldBefore.has(event.id) ? essenceOf : ({ text }: Event) => text
    const latest = events.get(event.id)
    if (latest === undefined || content(latest) !== content(event))
      found.push(`event ${event.id}: two contents`)
  }
  for (const order of orders) {
    const taken = order.refunds.filter(({ status }) => status !== 'FAILED' && status !== 'CLOSED')
    const expected = order.amount.total - sum(taken.map(({ amount }) => amount)).total
    if (order.refundable !== expected)
      found.push(`order ${order.out_trade_no}: ${order.refundable} refundable instead of ${expected}`)
  }
  const ours = new Map(refunds.map((refund) => [refund.out_refund_no, refund.amount]))
  for (const side of channelSides(world.stack))
    for (const { number, amount } of await side.refunds())
      if (ours.get(number) !== amount) found.push(`refund ${number}: not what was asked for`)
  return found
}

/**
 * Without the time at which it was stored, and without the `channel` of a refund, which only a query tells; nor with how the
 * order stood, whose writes begin anew where its table was restored.
 */
function essenceOf({ id, type, data }: Event): string {
  const ofOrder = { order_version: undefined, refundable: undefined, deficit: undefined, holds: undefined }
  return JSON.stringify([id, type, { ...data, ...ofOrder, channel: undefined }])
}

const OPEN: ReadonlySet<string> = new Set(['REQUESTED', 'UNKNOWN', 'PROCESSING'])

function stuck({ orders, facts, refunds }: Found): readonly string[] {
  return [
    ...facts.filter(isPending).map(({ fact_key }) => `fact ${fact_key}: pending`),
    ...refunds
      .filter(({ status }) => OPEN.has(status))
      .map(({ out_refund_no, status }) => `refund ${out_refund_no}: ${status}`),
    ...orders
      .filter(({ holds }) => Object.keys(holds).length > 0)
      .map(({ out_trade_no }) => `order ${out_trade_no}: held`),
  ]
}

/** A pending fact is not yet applied and published. */
function isPending({ pending_shard }: StoredFactItem): boolean {
  return pending_shard !== undefined
}

function amountsOf(events: readonly Event[], type: string, field: string): readonly number[] {
  return events
    .filter((event) => event.type === type)
    .map(({ data }) => Number((data['amount'] as Record<string, unknown>)[field]))
}

function sum(amounts: readonly number[]): Money {
  return { count: amounts.length, total: amounts.reduce((total, amount) => total + amount, 0) }
}

function same(one: View, other: View): boolean {
  return (['payments', 'refunds'] as const).every(
    (kind) => one[kind].count === other[kind].count && one[kind].total === other[kind].total,
  )
}

/** Whether nothing is lost, doubled or stuck, and all views are the same. */
export function isClean({ agree, lost: missing, doubled: twice, stuck: still }: Audit): boolean {
  return agree && missing.length + twice.length + still.length === 0
}
