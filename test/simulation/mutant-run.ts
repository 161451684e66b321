/** Lets the simulation loose on every mutant, several at a time, and tells which invariant catches each. */
import type { Failure } from './exhaustive.ts'
import type { KeyMaterial } from './keys.ts'
import { mutants } from './mutant-table.ts'
import { withHand } from './pool.ts'
import type { Hand } from './pool.ts'
import type { Task } from './task.ts'

/**
 * Most mutants fall in a calm run. Others have fallen to these seeds, which are tried next. That only saves time: when the
 * program has changed so that a seed plays otherwise, the search behind them finds another, and `npm run simulate:mutants`
 * shows by the number of schedules which mutants took it.
 */
const PROVEN_SEEDS = [11, 13, 23, 46, 110, 120, 129, 162, 203, 278, 410, 3509]
const FIRST_SEEDS = 400
/** Last come all single faults and more seeds: far more than any mutant has been seen to need. */
const SEEDS = 40_000

const SEARCHES: ReadonlyArray<Partial<Task>> = [
  { calmFirst: true, seeds: PROVEN_SEEDS },
  { random: { seed: 1, runs: FIRST_SEEDS } },
  { exhaustive: { every: 0 } },
  { random: { seed: FIRST_SEEDS + 1, runs: SEEDS } },
]

export interface MutantResult {
  readonly name: string
  readonly schedules: number
  /** Absent when the mutant survived. */
  readonly caught?: Failure | undefined
}

export async function runMutants(
  { keys, workers }: { readonly keys: KeyMaterial; readonly workers: number },
  onResult: (result: MutantResult) => void = () => {},
): Promise<readonly MutantResult[]> {
  const results = new Map<string, MutantResult>()
  const waiting = mutants.map(({ name }) => name)
  const work = async (hand: Hand): Promise<void> => {
    for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
      const result = await searched(hand, keys, mutant)
      results.set(mutant, result)
      onResult(result)
    }
  }
  await Promise.all(Array.from({ length: workers }, () => withHand(work)))
  return mutants.flatMap(({ name }) => results.get(name) ?? [])
}

async function searched(hand: Hand, keys: KeyMaterial, mutant: string): Promise<MutantResult> {
  const task = { keys, mutant, part: 0, of: 1, untilFailure: true } as const
  let schedules = 0
  for (const search of SEARCHES) {
    const tally = await hand.run({ ...task, ...search })
    schedules += tally.schedules
    const [caught] = tally.failures
    if (caught !== undefined) return { name: mutant, schedules, caught }
  }
  return { name: mutant, schedules }
}
