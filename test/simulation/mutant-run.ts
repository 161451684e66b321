/** Lets the simulation loose on every mutant, several at a time, and tells which invariant catches each. */
import type { Failure, Tally } from './exhaustive.ts'
import type { KeyMaterial } from './keys.ts'
import { mutants } from './mutant-table.ts'
import { runTask } from './pool.ts'

/** All single faults, then seeds: far more than any mutant has been seen to need. */
const SEEDS = 40_000

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
  const runNext = async (): Promise<void> => {
    const mutant = waiting.shift()
    if (mutant === undefined) return
    const tally: Tally = await runTask({
      keys,
      mutant,
      part: 0,
      of: 1,
      exhaustive: { every: 0 },
      random: { seed: 1, runs: SEEDS },
      untilFailure: true,
    })
    const result = { name: mutant, schedules: tally.schedules, caught: tally.failures[0] }
    results.set(mutant, result)
    onResult(result)
    await runNext()
  }
  await Promise.all(Array.from({ length: workers }, runNext))
  return mutants.flatMap(({ name }) => results.get(name) ?? [])
}
