/**
 * Counts after a drill, from three sides that do not know of each other: WeChat's books in the simulator, the tables, and
 * what a subscriber of the topic received.
 */
import { countDeadLetters } from '#cli/stack/dead-letters.ts'
import type { RefundFactState } from '#shared/facts/fact-key.ts'
import type { Event } from '#local/demo/merchant.ts'
import { storedFacts, storedOrders } from '#test/support/stored.ts'
import type { StoredFactItem, StoredOrder, StoredRefund } from '#test/support/stored.ts'
import type { World } from './world.ts'

export interface Money {
  readonly count: number
  /** Fen. */
  readonly total: number
}

/** One side's view. */
export interface View {
  readonly payments: Money
  readonly refunds: Money
}

export interface Audit {
  readonly wechat: View
  readonly orders: View
  readonly events: View
  /** Whether the three views are the same. */
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
  const books = await world.wechat.books()
  const views = {
    wechat: { payments: books.payments, refunds: books.refunds.SUCCESS },
    orders: {
      payments: sum(orders.filter(({ status }) => status === 'PAID').map(({ amount }) => amount.total)),
      refunds: sum(refunds.filter(({ status }) => status === 'SUCCESS').map(({ amount }) => amount)),
    },
    events: {
      payments: sum(amountsOf(events, 'payment.succeeded', 'total')),
      refunds: sum(amountsOf(events, 'refund.succeeded', 'refund')),
    },
  }
  return {
    ...views,
    agree: same(views.wechat, views.orders) && same(views.wechat, views.events),
    lost: await lost(world, { orders, facts, refunds, events }),
    doubled: await doubled(world, { orders, facts, refunds, events }),
    stuck: stuck({ orders, facts, refunds, events }),
    deadLetters: await deadLetters(world),
    received: world.merchant.events.length,
    repeats: world.merchant.events.length - events.size,
  }
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

async function lost(world: World, { orders, facts, refunds, events }: Found): Promise<readonly string[]> {
  const paidHere = new Map(orders.map((order) => [order.out_trade_no, order]))
  const refundsHere = new Map(refunds.map((refund) => [refund.out_refund_no, refund.status]))
  const keys = new Set(facts.map(({ fact_key }) => fact_key))
  const found: string[] = []
  for (const { out_trade_no: number, transaction_id: id } of await world.wechat.orders()) {
    if (id === undefined) continue
    const order = paidHere.get(number)
    if (order?.status !== 'PAID' || order.transaction_id !== id) found.push(`payment of ${number}: order`)
    if (!events.has(world.paymentKey(number))) found.push(`payment of ${number}: event`)
  }
  for (const { out_refund_no: number, status } of await world.wechat.refunds()) {
    if (refundsHere.get(number) !== status) found.push(`refund ${number} is ${status}: order`)
    if (status !== 'PROCESSING' && !events.has(world.refundKey(number, status as RefundFactState)))
      found.push(`refund ${number} is ${status}: event`)
  }
  for (const number of world.promisedRefunds)
    if (!refundsHere.has(number)) found.push(`refund ${number}: promised and not stored`)
  for (const { state, event, out_trade_no = '', out_refund_no = '' } of await world.wechat.notifications()) {
    const stored =
      event === 'payment' ? keys.has(world.paymentKey(out_trade_no)) : refundsHere.has(out_refund_no)
    if (state === 'delivered' && !stored)
      found.push(`${event} of ${out_trade_no}: acknowledged and not stored`)
  }
  return found
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
  for (const { out_refund_no, amount } of await world.wechat.refunds())
    if (ours.get(out_refund_no) !== amount.refund)
      found.push(`refund ${out_refund_no}: not what was asked for`)
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

function amountsOf(events: ReadonlyMap<string, Event>, type: string, field: string): readonly number[] {
  return [...events.values()]
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
