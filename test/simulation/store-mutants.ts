/** One safeguard of the stores each, taken away. */
import type { Mutant } from './mutant.ts'

const FACTS = 'shared/stores/dynamo-fact-store.ts'
const ORDERS = 'shared/stores/dynamo-order-store.ts'

export const storeMutants: readonly Mutant[] = [
  {
    name: 'own claim of a fact taken for that of another (M8)',
    file: FACTS,
    from: 'return claim.written || claimIdOf(claim.existing) === claimId',
    to: 'return claim.written',
    proven: { scenario: 'refund-elsewhere-first', seed: 5 },
  },
  {
    name: 'own claim of an order taken for that of another (M8)',
    file: ORDERS,
    from: 'return claimIdOf(claim.existing) === claimId ? claimedFrom(claim.existing, readFact) : undefined',
    to: 'return undefined',
    proven: { scenario: 'close-races-pay', seed: 5 },
  },
  {
    name: 'own save taken for that of another',
    file: ORDERS,
    from: 'return put.written || writeIdOf(put.existing) === writeId',
    to: 'return put.written',
    proven: { scenario: 'storm', seed: 22 },
  },
  {
    name: 'reads that may be old',
    file: 'shared/stores/dynamo.ts',
    from: 'ConsistentRead: true',
    to: 'ConsistentRead: false',
  },
  {
    name: 'what an older release wrote is overlooked',
    file: 'shared/stores/order-item.ts',
    from: 'if (known !== undefined && known_beside === digestOf1(stored)) {',
    to: 'if (known !== undefined) {',
    proven: { scenario: 'older-release-beside' },
  },
  {
    name: 'an answer of AWS that stalls is waited for (M6)',
    file: 'shared/time-limits.ts',
    from: 'export const AWS_CALL_MS = NOTIFY_DEADLINE_MS - HTTP_RESERVE_MS',
    to: 'export const AWS_CALL_MS = 10 * NOTIFY_DEADLINE_MS - HTTP_RESERVE_MS',
    proven: { scenario: 'answers-stall', faults: '3:fail-before' },
  },
  {
    name: 'notes are kept whole, however many there are',
    file: 'shared/ledger/decide.ts',
    from: 'const WHOLE_NOTES = 20',
    to: 'const WHOLE_NOTES = 999',
    proven: { scenario: 'order-is-full' },
  },
]
