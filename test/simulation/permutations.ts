/** Applies an order's facts in every order by the real transition and compares where they lead (I8). */
import type { Fact } from '#shared/facts/fact.ts'
import { fen } from '#shared/money.ts'
import type { Order } from '#shared/orders/order.ts'
import { transition } from '#shared/orders/transition.ts'
import type { State } from './state.ts'

/** Facts and orders repeat from run to run: each combination is worked out once. */
const known = new Map<string, readonly string[]>()
/** 24 permutations; orders with more facts are left out. */
const MOST = 4
const KEPT = 20_000

export function checkPermutations({ factWatch, violations }: State, order: Order): void {
  const facts = [...factWatch.facts.values()].filter((fact) => fact.out_trade_no === order.out_trade_no)
  if (facts.length === 0 || facts.length > MOST || order.status === 'UNRECOGNIZED') return
  const base = beforeFacts(order)
  if (base === undefined) return
  const name = [picture(base), ...facts.map(({ fact_key: key }) => key).toSorted()].join(' ')
  const ends = known.get(name) ?? [
    ...new Set(permutations(facts).map((turn) => picture(applied(base, turn)))),
  ]
  if (known.size > KEPT) known.clear()
  known.set(name, ends)
  if (ends.length > 1) violations.report('I8', `the order of facts matters: ${ends.join(' or ')}`)
  if (!ends.includes(picture(order)))
    violations.report('I8', `${picture(order)} is not where its facts lead: ${ends[0]}`)
}

function applied(base: Order, facts: readonly Fact[]): Order {
  return facts.reduce((order, fact) => transition(order, fact, 0).order ?? order, base)
}

/**
 * The order with everything that we did ourselves and nothing that WeChat asserted; undefined when a refund became
 * possible only by a fact about another one, for then their order is given.
 */
function beforeFacts(order: Order): Order | undefined {
  const refunds = Object.fromEntries(
    Object.values(order.refunds).map((refund) => [
      refund.out_refund_no,
      refund.status === 'FAILED' ? refund : { ...refund, status: 'PROCESSING' as const },
    ]),
  )
  const taken = Object.values(refunds).reduce(
    (sum, { status, amount }) => sum + (status === 'FAILED' ? 0 : amount),
    0,
  )
  if (taken > order.amount.total) return undefined
  return {
    ...order,
    status: 'AWAITING_PAYMENT',
    refunds,
    refundable: fen(order.amount.total - taken),
    outcomes: {},
    holds: {},
  }
}

/** Times aside, for they depend on when. Which fact found the order closed is history as well. */
function picture({ status, refundable, refunds, holds }: Order): string {
  const parts = Object.values(refunds).map(
    (refund) => `${refund.out_refund_no} ${refund.amount} ${refund.status}`,
  )
  return `${status}/${refundable}/${parts.toSorted().join()}/${Object.keys(holds).toSorted().join()}`
}

function permutations<Value>(values: readonly Value[]): Value[][] {
  if (values.length <= 1) return [[...values]]
  return values.flatMap((value, index) =>
    permutations(values.toSpliced(index, 1)).map((rest) => [value, ...rest]),
  )
}
