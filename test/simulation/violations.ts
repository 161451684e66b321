/** The invariants, and where their breaches are gathered. */

export const INVARIANTS = {
  I1: 'a 2xx of notify implies a stored fact, and a message on the queue unless it is settled',
  I2: 'each fact changes its order exactly once, and nothing that was recorded disappears',
  I3: 'everything drains without the channel’s help once faults stop',
  I4: 'reserved plus refunded never exceeds what was paid; refundable is the total minus every live refund',
  I5: 'terminal states never regress',
  I6: 'a refund number is sent with one content only, reserved and asked for by the merchant, and queried before it is sent again',
  I7: 'every applied or held fact is published, with the same id and content each time',
  I8: 'any permutation of the same facts ends in the same order',
  I9: 'no secret and no openid in any log line',
  I10: 'at rest our books equal the channels’',
  I11: 'two drivers never work on the same thing at once',
  I12: 'whoever wrote knows it, also when the answer was lost and the SDK wrote again',
  I13: 'what a channel told is in the books, and by its own books nothing is refundable that is out, unless the order is held and says by how much',
  I14: 'a decision moves no money, is recorded once, and while an order is held nothing new is sent for it',
  I15: 'a number of which a channel told a payment is not used again',
  I16: 'the sweep makes fewer than six failing calls within any second',
  I17: 'what is due is looked at in time, whatever else is due',
  I18: 'two answers of AWS or a channel that stall keep no invocation beyond its time-out',
  I19: 'a run of the sweep that could read all tells its heartbeat and the age of what waits, whatever became of the queue',
  I20: 'the answer of a query shows the order as it is stored or was: nothing in it is foreseen',
  I21: 'an order is closed in the books only when nobody can pay it at its channel any more',
} as const

export type Invariant = keyof typeof INVARIANTS

export interface Violation {
  readonly invariant: Invariant
  readonly detail: string
}

export interface Violations {
  readonly found: readonly Violation[]
  readonly report: (invariant: Invariant, detail: string) => void
}

export function createViolations(trace: ((line: string) => void) | undefined): Violations {
  const found: Violation[] = []
  return {
    found,
    report(invariant, detail) {
      found.push({ invariant, detail })
      trace?.(`VIOLATION ${invariant}: ${detail}`)
    },
  }
}
