/** The two ways in which a difference reaches the books: as a fact of WeChat's, or as a hold for a person. Both are kept once. */
import type { Fact, PaymentFact } from '#shared/facts/fact.ts'
import { decided, paymentSucceeded } from '#shared/facts/fact.ts'
import { recordFact } from '#shared/facts/record-fact.ts'
import { holdOver } from '#shared/ledger/decide.ts'
import { isHeld } from '#shared/orders/order.ts'
import type { Order } from '#shared/orders/order.ts'
import { learnFact } from '#shared/orders/learn-fact.ts'
import type { LearnDeps } from '#shared/orders/learn-fact.ts'
import { booksWith } from '#shared/orders/told-facts.ts'
import type { PaymentRow } from './compare.ts'
import type { FindingOutcome } from './finding.ts'

/** Who signs the holds of the reconciliation. */
const SIGNATURE = 'reconcile'

/**
 * Records what WeChat says, and applies it: settle tells it, as whatever else WeChat says.
 *
 * @param order undefined for one that only WeChat knows: settle makes it, held by that.
 */
export async function record(deps: LearnDeps, order: Order | undefined, fact: Fact): Promise<FindingOutcome> {
  if (order === undefined) {
    await recordFact(deps, fact)
    return 'held'
  }
  if (booksWith(order.books, fact) === order.books) return isHeld(order) ? 'held' : 'confirmed'
  return isHeld(await learnFact(deps, order, fact)) ? 'held' : 'healed'
}

/** Holds an order over a difference that WeChat's own answer does not explain. */
export async function holdFor(
  deps: LearnDeps,
  order: Order | undefined,
  { matter, note }: { readonly matter: string; readonly note: string },
): Promise<FindingOutcome> {
  if (order === undefined) return 'open'
  const at = deps.clock.now()
  const made = holdOver(order.books, { matter, by: SIGNATURE, note, at })
  if (!('decision' in made)) return isHeld(order) ? 'held' : 'open'
  if (!made.known) await learnFact(deps, order, decided(order, made.decision))
  return 'held'
}

/** The payment that a row asserts; undefined where the row does not name the application that took it. */
export function factOfRow(row: PaymentRow, received_at: number): PaymentFact | undefined {
  const { appid, mchid, out_trade_no, transaction_id, time: success_time, total, currency } = row
  if (appid === undefined) return undefined
  return paymentSucceeded(
    { mchid, out_trade_no, source: 'bill', received_at },
    { appid, transaction_id, success_time, amount: { total, currency } },
  )
}
