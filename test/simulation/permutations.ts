/** Applies an order's facts in every order by the real code and compares where they lead (I8). */
import type { Fact } from '#shared/facts/fact.ts'
import { NOTHING_SAID } from '#shared/ledger/books.ts'
import { applyFact } from '#shared/orders/apply-fact.ts'
import { orderOf } from '#shared/orders/order-picture.ts'
import type { Order } from '#shared/orders/order.ts'
import type { State } from './state.ts'

/** Facts and orders repeat from run to run: each combination is worked out once. */
const known = new Map<string, readonly string[]>()
/** 24 permutations; of more facts, as many rotations forwards and backwards. */
const MOST = 4
const KEPT = 20_000

export function checkPermutations({ factWatch, violations }: State, order: Order): void {
  const facts = [...factWatch.facts.values()].filter(
    ({ mchid, out_trade_no }) => mchid === order.mchid && out_trade_no === order.out_trade_no,
  )
  if (facts.length === 0) return
  const base = beforeFacts(order)
  const name = [
    picture(base),
    ...facts.map(({ fact_key, content_hash }) => fact_key + content_hash).toSorted(),
  ].join(' ')
  const ends = known.get(name) ?? [...new Set(turns(facts).map((turn) => picture(applied(base, turn))))]
  if (known.size > KEPT) known.clear()
  known.set(name, ends)
  if (ends.length > 1) violations.report('I8', `the order of facts matters: ${ends.join(' or ')}`)
  if (!ends.includes(picture(order)))
    violations.report('I8', `${picture(order)} is not where its facts lead: ${ends[0]}`)
}

function applied(base: Order, facts: readonly Fact[]): Order {
  return facts.reduce((order, fact) => applyFact(order, fact, 0).order, base)
}

/** The order with everything that we did ourselves and nothing that a channel asserted. */
function beforeFacts(order: Order): Order {
  return orderOf({ ...order, handled: {}, books: { ...order.books, said: NOTHING_SAID } })
}

/** Times aside, for they depend on when. */
function picture({ status, refundable, deficit, refunds, holds, transaction_id }: Order): string {
  const parts = Object.values(refunds).map(
    (refund) => `${refund.out_refund_no} ${refund.amount} ${refund.status}`,
  )
  const held = Object.keys(holds).toSorted().join()
  return `${status}/${transaction_id}/${refundable}/${deficit}/${parts.toSorted().join()}/${held}`
}

function turns(facts: readonly Fact[]): readonly (readonly Fact[])[] {
  if (facts.length <= MOST) return permutations(facts)
  const rotations = facts.map((_, index) => [...facts.slice(index), ...facts.slice(0, index)])
  return [...rotations, ...rotations.map((rotation) => rotation.toReversed())]
}

function permutations<Value>(values: readonly Value[]): Value[][] {
  if (values.length <= 1) return [[...values]]
  return values.flatMap((value, index) =>
    permutations(values.toSpliced(index, 1)).map((rest) => [value, ...rest]),
  )
}
