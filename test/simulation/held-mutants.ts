/** One safeguard of money that moves beside us, and of what people decide, taken away each. */
import type { Mutant } from './mutant.ts'

const REFUNDS = 'shared/ledger/fold-refunds.ts'
const CAUSES = 'return [...contradiction(known), ...otherAmount(known), ...otherTransaction(known)'

export const heldMutants: readonly Mutant[] = [
  {
    name: 'refunds made elsewhere are left out (H3)',
    file: REFUNDS,
    from: 'new Set([...reservations.keys(), ...tellings.keys()',
    to: 'new Set([...reservations.keys()',
  },
  {
    name: 'a refund of another payment passes for ours (H4)',
    file: REFUNDS,
    from: CAUSES,
    to: 'return [...contradiction(known), ...otherAmount(known)',
    proven: { scenario: 'refund-of-other-payment' },
  },
  {
    name: 'a refund without its payment is dropped (H4)',
    file: 'shared/orders/told-facts.ts',
    from: 'const said = withRefund(books.said, toldRefund(fact))',
    to: 'const said = books.said.payments.length === 0 ? books.said : withRefund(books.said, toldRefund(fact))',
  },
  {
    name: 'the payment that a refund proves is not asked for (H4)',
    file: 'shared/ledger/look-plan.ts',
    from: 'if (said.refunds.length > 0) {',
    to: 'if (said.refunds.length > 99) {',
    proven: { scenario: 'refund-proves-late-payment' },
  },
  {
    name: 'SUCCESS and CLOSED of one refund held by nobody',
    file: REFUNDS,
    from: CAUSES,
    to: 'return [...otherAmount(known), ...otherTransaction(known)',
    proven: { scenario: 'refund-succeeded-and-closed' },
  },
  {
    name: 'of differing amounts the smaller one counts',
    file: REFUNDS,
    from: '? only : fen(Math.max(',
    to: '? only : fen(Math.min(',
    proven: { scenario: 'refund-amount-differs' },
  },
  {
    name: 'more out than came in held by nobody',
    file: 'shared/ledger/fold.ts',
    from: 'if (deficit === 0 || paid === undefined) return []',
    to: 'if (deficit >= 0 || paid === undefined) return []',
    proven: { scenario: 'refund-amount-differs', seed: 11 },
  },
  {
    name: 'what was let pass stays so, whatever comes to light (H2)',
    file: 'shared/ledger/fold.ts',
    from: 'dismissed.has(`${cause.key} ${cause.evidence}`)',
    to: '[...dismissed].some((seen) => seen.startsWith(`${cause.key} `))',
    proven: { scenario: 'refund-amount-differs' },
  },
  {
    name: 'a held order is refunded',
    file: 'shared/ledger/reservation.ts',
    from: "if (folded.held) return 'order_held'",
    to: '',
    proven: { scenario: 'held-by-hand' },
  },
  {
    name: 'a refund of a held order is sent again',
    file: 'shared/ledger/sending.ts',
    from: 'asksApproval(reservation) || fold(books).held) return undefined',
    to: 'asksApproval(reservation)) return undefined',
    proven: { scenario: 'held-by-hand', seed: 19 },
  },
  {
    name: 'a hold is told to nobody',
    file: 'shared/ledger/changes.ts',
    from: "    ...holdChange('order.held', opened(before, after)),",
    to: '',
    proven: { scenario: 'refund-succeeded-and-closed' },
  },
  {
    name: 'what was accepted does not count',
    file: 'shared/ledger/fold-payments.ts',
    from: "action === 'accept' && choice !== undefined ? [choice] : []",
    to: "action === 'accept' && choice === '' ? [choice] : []",
    proven: { scenario: 'amount-accepted' },
  },
  {
    name: 'an answer foresees what settle will make of it (M7)',
    file: 'shared/orders/learn-fact.ts',
    from: 'return learned ?? order',
    to: 'return learned && applyFact(order, fact, deps.clock.now()).order',
    proven: { scenario: 'query-meets-payment' },
  },
]
