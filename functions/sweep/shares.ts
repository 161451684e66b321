/** Shares a run between what is due: half for what cannot wait, a quarter each for the rest, and what one leaves flows on. */
import type { LookClass } from '#shared/ledger/look-plan.ts'
import type { DueOrder } from '#shared/orders/order-store.ts'
import type { Backlog } from './backlog.ts'

/** Classes that share one share: whichever has had less goes first. */
const SHARES: ReadonlyArray<{ readonly weight: number; readonly classes: readonly LookClass[] }> = [
  { weight: 2, classes: ['refund_unknown', 'unpaid_young'] },
  { weight: 1, classes: ['refund_open'] },
  { weight: 1, classes: ['late'] },
]

/**
 * Gives out what is due, always from the share that has had least for its weight.
 *
 * @returns the next order, or undefined when nothing is left.
 */
export function createShares(
  backlogs: Readonly<Record<LookClass, Pick<Backlog, 'next'>>>,
): () => Promise<DueOrder | undefined> {
  const shares = SHARES.map(({ weight, classes }) => ({
    weight,
    had: 0,
    sources: classes.map((name) => ({ had: 0, next: () => backlogs[name].next() })),
  }))

  return async () => {
    for (const share of shares.toSorted((a, b) => a.had / a.weight - b.had / b.weight)) {
      for (const source of share.sources.toSorted((a, b) => a.had - b.had)) {
        // Counted before it is there, so that whoever asks meanwhile goes to the next.
        share.had += 1
        source.had += 1
        const due = await source.next()
        if (due !== undefined) return due
        share.had -= 1
        source.had -= 1
      }
    }
    return undefined
  }
}
