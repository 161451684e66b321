/**
 * Records states that are not known here and look final, and the known ones that follow them: they hold the order and release
 * it. And records that WeChat calls an order refunded while it has told us of no refund.
 */
import { looksFinal, stateWord } from '#shared/facts/final-looking.ts'
import { tellsOfRefunds } from '#shared/facts/telling.ts'
import type { FactSource } from '#shared/facts/fact.ts'
import { stateTold } from '#shared/facts/fact.ts'
import { lastTold, standingWords } from '#shared/ledger/fold-words.ts'
import { learnFact } from './learn-fact.ts'
import type { LearnDeps } from './learn-fact.ts'
import type { Order } from './order.ts'

interface StateTelling {
  readonly state: string
  readonly known: boolean
  readonly success_time?: string | undefined
  /** Absent: the state of the order itself. */
  readonly out_refund_no?: string
  readonly source: FactSource
  /** Epoch ms. */
  readonly received_at: number
}

/** What adds nothing to the matter is not stored: the same word again while it stands, a known state where none stands. */
export async function learnState(deps: LearnDeps, order: Order, told: StateTelling): Promise<Order> {
  const { known, success_time: _, ...telling } = told
  const state = stateWord(told.state)
  const standing = standingWords(order.books.said, told.out_refund_no)
  const isNews = known
    ? standing.length > 0 || isFirstOfRefunds(order, told)
    : looksFinal(told) && !standing.some(({ word }) => word === state)
  if (!isNews) return order
  const { mchid, out_trade_no } = order
  // It was told after everything that the order knows, whatever the clock says of whoever learned that.
  const received_at = Math.max(told.received_at, lastTold(order.books.said, told.out_refund_no) + 1)
  return learnFact(deps, order, stateTold({ ...telling, received_at, mchid, out_trade_no, state, known }))
}

/** Once WeChat has told of a refund, the word is explained for ever. */
function isFirstOfRefunds({ books: { said } }: Order, told: StateTelling): boolean {
  return tellsOfRefunds(told) && said.refunds.length === 0 && said.refunded_at === undefined
}
