/** Why an order has to be held. Causes are derived from the books; a cause that is gone is gone. */
import { HOLD_REASONS } from './words.ts'
import type { HoldReason } from './words.ts'

export interface Cause {
  /** `reason` or `reason#subject`, the same for ever. */
  readonly key: string
  readonly reason: HoldReason
  /** Digest of what it was derived from. */
  readonly evidence: string
  /** What an acceptance of it would choose; without it, the hold can only be dismissed. */
  readonly choice?: string
}

/** A cause and whether a person has seen just this evidence and let it pass. */
export interface Hold extends Cause {
  readonly dismissed: boolean
}

/** The reason that a key stands for; undefined for one that an earlier release made. */
export function reasonOf(hold: string): HoldReason | undefined {
  const [word] = hold.split('#', 1)
  return word === 'operator' ? 'placed_by_operator' : HOLD_REASONS.find((reason) => reason === word)
}
