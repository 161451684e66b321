/** Holds an order for a person, and releases what was held: dismissed, or WeChat's word accepted. Each is a fact of its own. */
import { AppError } from '#shared/errors.ts'
import { decided } from '#shared/facts/fact.ts'
import type { Books } from '#shared/ledger/books.ts'
import {
  acceptDecision,
  approvalDecision,
  dismissDecision,
  holdDecision,
  MAX_DECISIONS,
} from '#shared/ledger/decide.ts'
import type { Decided, Signed } from '#shared/ledger/decide.ts'
import { learnFact } from '#shared/orders/learn-fact.ts'
import type { LearnDeps } from '#shared/orders/learn-fact.ts'
import { orderKey } from '#shared/orders/order-key.ts'
import type { Order } from '#shared/orders/order.ts'
import type { HoldRequest, ReleaseRequest } from './schema.ts'

export interface HoldDeps extends LearnDeps {
  readonly mchid: string
}

/**
 * Creates the operations. Both resolve with the order as it is stored. The same decision about the same evidence adds nothing.
 *
 * @throws AppError `order_not_found`, `hold_not_found`, `hold_not_acceptable`, `hold_decision_unfit`, `invalid_request` (too many decisions).
 */
export function createHold(deps: HoldDeps) {
  return {
    place: (outTradeNo: string, signature: HoldRequest): Promise<Order> =>
      decide(deps, outTradeNo, ({ books }, at) => holdDecision(books, { ...signature, at })),

    release: (outTradeNo: string, { decision, ...release }: ReleaseRequest): Promise<Order> =>
      decide(deps, outTradeNo, ({ books }, at) => decisionOf(books, decision, { ...release, at })),
  }
}

function decisionOf(
  books: Books,
  decision: ReleaseRequest['decision'],
  signed: Signed & { readonly hold: string },
): Decided {
  if (decision === 'accept') return acceptDecision(books, signed)
  if (decision === 'dismiss') return dismissDecision(books, signed)
  return approvalDecision(books, { ...signed, action: decision })
}

async function decide(
  deps: HoldDeps,
  outTradeNo: string,
  decisionOn: (order: Order, at: number) => Decided,
): Promise<Order> {
  const order = await deps.orders.get(orderKey(deps.mchid, outTradeNo))
  if (order === undefined) throw new AppError('order_not_found')
  const made = decisionOn(order, deps.clock.now())
  if ('decision' in made) return learnFact(deps, order, decided(order, made.decision))
  if (made.refused !== 'invalid_request') throw new AppError(made.refused)
  throw new AppError('invalid_request', `the order has too many decisions (${MAX_DECISIONS} at most)`)
}
