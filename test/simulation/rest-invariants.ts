/** What must hold when nothing is left to happen: drained, published, and our books equal to the channels' (I3, I7, I8, I10). */
import { paymentFactKey } from '#shared/facts/fact-key.ts'
import type { Fact } from '#shared/facts/fact.ts'
import { orderKey } from '#shared/orders/order-key.ts'
import { isHeld, isWaiting } from '#shared/orders/order.ts'
import { untoldBefore } from '#shared/orders/untold.ts'
import type { HoldReason, OrderStatus } from '#shared/ledger/words.ts'
import type { Order } from '#shared/orders/order.ts'
import { checkBooks, checkRefunds } from './books-invariants.ts'
import { checkPermutations } from './permutations.ts'
import type { State } from './state.ts'
import type { ChannelThere, OrderThere } from './channel-model.ts'

export async function checkAtRest(
  state: State,
  channels: readonly ChannelThere[],
  { held }: { readonly held: boolean },
): Promise<void> {
  await checkDrained(state)
  checkPublished(state)
  for (const channel of channels) await checkChannel(state, channel, held)
}

async function checkChannel(state: State, channel: ChannelThere, held: boolean): Promise<void> {
  const { account, model, unknown } = channel
  const numbers = new Set([
    ...model.orders.keys(),
    ...ordersOf(state, account).map((order) => order.out_trade_no),
  ])
  for (const number of numbers) {
    const order = await state.orders.get(orderKey(account, number))
    const there = model.orders.get(number)
    // Nobody asks about an order that is closed or not ours: what was never notified, only reconciliation can find.
    const isTold = state.told.some((told) => told.mchid === account && told.out_trade_no === number)
    const late = there?.late === true && !isTold
    // Another system of the merchant's placed it.
    const foreign = there?.content.startsWith('{') === false
    const unasked = late || (foreign && order === undefined)
    if (unasked && !state.factWatch.facts.has(paymentFactKey(account, number, 'SUCCESS'))) continue
    if (held) {
      checkHeld(state, order, number)
      continue
    }
    if (!(foreign && order?.status === 'UNRECOGNIZED')) checkOrder(state, order, { number, there, unknown })
    checkRefunds(state, order, { ...channel, number })
    checkBooks(state, order, { ...channel, number })
    if (order !== undefined) checkPermutations(state, order)
  }
}

/** What cannot wait is done: no payment is unknown to us while somebody waits for it, and no refund without the channel's answer. */
export function checkDone(state: State, { account, model }: ChannelThere): void {
  const { violations } = state
  for (const { out_trade_no: number, status, refunds } of ordersOf(state, account)) {
    if (model.orders.get(number)?.state === 'PAID' && status !== 'PAID')
      violations.report('I17', `${number} is still ${status}`)
    for (const refund of Object.values(refunds))
      if (isWaiting(refund)) violations.report('I17', `${refund.out_refund_no} is still ${refund.status}`)
  }
}

function ordersOf({ orderWatch }: State, account: string): readonly Order[] {
  return [...orderWatch.orders.values()].filter(({ mchid }) => mchid === account)
}

async function checkDrained({ facts, factWatch, orderWatch, violations }: State): Promise<void> {
  for (const order of orderWatch.orders.values())
    for (const key of untoldBefore(order, Infinity)) violations.report('I3', `${key} is still marked`)
  for (const key of factWatch.facts.keys()) {
    if (!factWatch.isStored(key)) continue
    const stored = await facts.get(key)
    if (stored?.pending !== false) violations.report('I3', `${key} is still pending`)
  }
}

/** A close that a payment overtook, and what was over before it was told, changed nothing. */
function mayBeSilent(fact: Fact, { factWatch: { facts, published }, contradicted }: State): boolean {
  // That there is a contradiction was told, by whichever came first.
  const held = [...published.values()]
    .flat()
    .some(
      ({ type, subject, data }) =>
        type === 'order.held' && subject === fact.out_trade_no && data.mchid === fact.mchid,
    )
  if (fact.conflicts_with !== undefined) return held
  if (held && contradicted.has(orderKey(fact.mchid, fact.out_trade_no))) return true
  const sibling = (other: string) => facts.has(fact.fact_key.replace(/[A-Z]+$/, other))
  if (fact.kind === 'payment') return fact.state === 'CLOSED' && sibling('SUCCESS')
  // A state that is known only explains, or is explained by what was told of the refunds.
  if (fact.kind === 'state') return fact.known
  // A hold may be gone, or let pass by somebody else, before a decision about it arrives.
  if (fact.kind === 'decision') return fact.decision.action !== 'hold'
  if (fact.kind !== 'refund') return fact.kind === 'failure'
  const later = { PROCESSING: ['ABNORMAL', 'SUCCESS', 'CLOSED'], ABNORMAL: ['SUCCESS', 'CLOSED'] }
  return fact.state in later && later[fact.state as keyof typeof later].some(sibling)
}

function checkPublished(state: State): void {
  const { factWatch, violations } = state
  for (const [key, fact] of factWatch.facts)
    if (!factWatch.published.has(key) && !mayBeSilent(fact, state))
      violations.report('I7', `${key} was never published`)
  for (const { handled } of state.orderWatch.orders.values())
    for (const [key, { changes }] of Object.entries(handled))
      if (changes.length > 0 && !factWatch.published.has(key))
        violations.report('I7', `${key} changed its order and was never published`)
}

/** The channel and we differ, and only a person can say why: nothing may be applied, and nothing may be silent. */
function checkHeld({ factWatch, violations }: State, order: Order | undefined, number: string): void {
  const told = [...factWatch.published.values()].flat().some(({ type }) => type === 'order.held')
  if (order === undefined || !isHeld(order) || !told) violations.report('I10', `${number} is not held`)
  else if (order.status === 'PAID') violations.report('I10', `${number} is paid in spite of a difference`)
}

interface Compared {
  readonly number: string
  readonly there: OrderThere | undefined
  readonly unknown: readonly OrderStatus[]
}

const SAME: Readonly<Record<OrderThere['state'], readonly OrderStatus[]>> = {
  PAID: ['PAID'],
  CLOSED: ['CLOSED'],
  NOTPAY: [],
}

const ACCEPTABLE: ReadonlySet<HoldReason> = new Set(['amount_differs', 'order_rejected'])

function checkOrder(
  { violations, contradicted }: State,
  order: Order | undefined,
  { number, there, unknown }: Compared,
): void {
  // It waits for somebody to accept it.
  const accepted = order?.books.decided.some(({ action }) => action === 'accept')
  if (accepted === false && order?.causes.some(({ reason }) => ACCEPTABLE.has(reason)) === true) return
  const fitting = there === undefined ? unknown : SAME[there.state]
  const same = order === undefined ? there === undefined : fitting.includes(order.status)
  if (!same)
    violations.report('I10', `${number} is ${order?.status ?? 'NONE'}, there ${there?.state ?? 'NONE'}`)
  if (order === undefined || there?.state !== 'PAID') return
  // Two payments that contradict each other: both are shown, and nothing is guessed.
  if (order.holds['payment_conflict'] !== undefined || contradicted.has(order.order_key)) return
  const paid = order.books.said.payments[0]?.amount.total
  if (paid !== there.total || order.transaction_id !== there.transactionId)
    violations.report('I10', `${number} has another amount or transaction than there`)
}
