/** Records states that are not known here and look final, and the known ones that follow them: they hold the order and release it. */
import { looksFinal, stateWord } from '#shared/facts/final-looking.ts'
import type { FactSource } from '#shared/facts/fact.ts'
import { stateTold } from '#shared/facts/fact.ts'
import { standingWords } from '#shared/ledger/fold-words.ts'
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
    ? standing.length > 0
    : looksFinal(told) && !standing.some(({ word }) => word === state)
  if (!isNews) return order
  const { mchid, out_trade_no } = order
  return learnFact(deps, order, stateTold({ ...telling, mchid, out_trade_no, state, known }))
}
