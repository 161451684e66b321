/** One safeguard against bad days each, taken away. */
import type { Mutant } from './mutant.ts'

const BUDGET = 'shared/http/call-budget.ts'

export const badDayMutants: readonly Mutant[] = [
  {
    name: 'more calls under way than may fail at once (M4)',
    file: BUDGET,
    from: 'const PLACES = FAILING_CALLS - 1',
    to: 'const PLACES = 3 * FAILING_CALLS',
    proven: { scenario: 'more-than-a-minute-can-hold' },
  },
  {
    name: 'a failure gives its place back at once (M4)',
    file: BUDGET,
    from: '(failed ? KEPT_MS : 0)',
    to: '0',
    proven: { scenario: 'more-than-a-minute-can-hold' },
  },
  {
    name: 'two sweeps call WeChat at once (M4)',
    file: 'functions/sweep/turn.ts',
    from: 'if (taken) return',
    to: 'if (taken || now > 0) return',
    proven: { scenario: 'more-than-a-minute-can-hold' },
  },
  {
    name: 'the next sweep begins among the failures of the last (M4)',
    file: 'functions/sweep/turn.ts',
    from: 'Math.max(clock.now(), budget.quietFrom)',
    to: 'clock.now()',
    proven: { scenario: 'more-than-a-minute-can-hold' },
  },
  {
    name: 'a look without an answer counts as made (M1)',
    file: 'shared/orders/looked.ts',
    from: 'next_check_at: Math.min(next.at, now + wait),',
    to: 'next_check_at: Math.max(next.at, now + wait),',
    proven: { scenario: 'more-than-a-minute-can-hold' },
  },
  {
    name: 'what can wait goes before what cannot (H5)',
    file: 'functions/sweep/shares.ts',
    from: 'shares.toSorted((a, b) => a.had / a.weight - b.had / b.weight)',
    to: 'shares.toReversed()',
    proven: { scenario: 'more-than-a-minute-can-hold' },
  },
  {
    name: 'a queue that is down silences its own alarm (M2)',
    file: 'functions/sweep/drive-facts.ts',
    from: 'failed(error)\n      break',
    to: 'throw error',
    proven: { scenario: 'storm', seed: 98 },
  },
  {
    name: 'what cannot be read stands before all behind it (M3)',
    file: 'functions/sweep/drive-order.ts',
    from: 'await deps.orders.putOff(due, deps.clock.now() + UNREADABLE_MS)',
    to: 'void UNREADABLE_MS',
    behind: { file: 'functions/sweep/backlog.ts', from: 'after: shard.after,', to: 'after: undefined,' },
    proven: { scenario: 'more-than-a-minute-can-hold' },
  },
]
