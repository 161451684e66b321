/** What a million may cost at most with the settings that cost least. */
import { type BillLine, billOf, total } from './bill.ts'
import type { Run, Runs } from './cost-runs.ts'
import { type Counts, scaled } from './counts.ts'

export const TARGETS = { payments: 12, refunds: 13 } as const
export type Kind = keyof typeof TARGETS
export const KINDS: readonly Kind[] = ['payments', 'refunds']

const MILLION = 1_000_000

export function aMillionCounted({ played }: Run, kind: Kind): Counts {
  return scaled(played[kind], MILLION / played.scenario[kind])
}

export function aMillion(run: Run, kind: Kind): readonly BillLine[] {
  return billOf(aMillionCounted(run, kind), run.fixed)
}

export interface Verdict {
  readonly lines: readonly string[]
  readonly met: boolean
}

export function verdict({ asItComes, cheapest }: Pick<Runs, 'asItComes' | 'cheapest'>): Verdict {
  const judged = KINDS.map((kind) => {
    const [usual, least] = [total(aMillion(asItComes, kind)), total(aMillion(cheapest, kind))]
    const met = least <= TARGETS[kind]
    const target = `the target of ${TARGETS[kind]} is ${met ? 'met' : 'MISSED'}`
    return {
      met,
      line: `a million ${kind}: ${usual.toFixed(2)} as it comes, ${least.toFixed(2)} at least: ${target}`,
    }
  })
  return { lines: judged.map(({ line }) => line), met: judged.every(({ met }) => met) }
}
