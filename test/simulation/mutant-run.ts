/** Lets the simulation loose on every mutant, several at a time, and tells which invariant catches each. */
import type { Failure } from './exhaustive.ts'
import type { KeyMaterial } from './keys.ts'
import { mutants } from './mutant-table.ts'
import { runTask } from './pool.ts'

/** Most mutants fall in a calm run or to one of the first seeds; these are tried before every single fault is. */
const FIRST_SEEDS = 200
/** Then all single faults and more seeds: far more than any mutant has been seen to need. */
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
    const result = await searched(keys, mutant)
    results.set(mutant, result)
    onResult(result)
    await runNext()
  }
  await Promise.all(Array.from({ length: workers }, runNext))
  return mutants.flatMap(({ name }) => results.get(name) ?? [])
}

async function searched(keys: KeyMaterial, mutant: string): Promise<MutantResult> {
  const task = { keys, mutant, part: 0, of: 1, untilFailure: true } as const
  const quick = await runTask({ ...task, calmFirst: true, random: { seed: 1, runs: FIRST_SEEDS } })
  const [found] = quick.failures
  if (found !== undefined) return { name: mutant, schedules: quick.schedules, caught: found }
  const thorough = await runTask({
    ...task,
    exhaustive: { every: 0 },
    random: { seed: FIRST_SEEDS + 1, runs: SEEDS },
  })
  return { name: mutant, schedules: quick.schedules + thorough.schedules, caught: thorough.failures[0] }
}
