/** Lets the simulation loose on every mutant, several at a time, and tells which invariant catches each. */
import type { Failure } from './exhaustive.ts'
import type { KeyMaterial } from './keys.ts'
import type { Mutant } from './mutant.ts'
import { mutants } from './mutant-table.ts'
import type { Hand } from './pool.ts'
import type { Task } from './task.ts'

/** What is tried on a mutant whose own schedule does not catch it: calm runs, some seeds, all single faults, and more seeds. */
const FIRST_SEEDS = 400
/** Far more than any mutant has been seen to need. */
const SEEDS = 40_000

const SEARCHES: ReadonlyArray<Partial<Task>> = [
  { calmFirst: true },
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

export interface MutantsTask {
  readonly keys: KeyMaterial
  readonly hands: readonly Hand[]
  /** Every so manyth only. Default 1. */
  readonly every?: number
}

export async function runMutants(
  { keys, hands, every = 1 }: MutantsTask,
  onResult: (result: MutantResult) => void = () => {},
): Promise<readonly MutantResult[]> {
  const results = new Map<string, MutantResult>()
  const waiting = mutants.filter((_, index) => index % every === 0)
  const work = async (hand: Hand): Promise<void> => {
    for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
      const result = await searched(hand, keys, mutant)
      results.set(mutant.name, result)
      onResult(result)
    }
  }
  await Promise.all(hands.map(work))
  return mutants.flatMap(({ name }) => results.get(name) ?? [])
}

async function searched(hand: Hand, keys: KeyMaterial, { name, proven }: Mutant): Promise<MutantResult> {
  const task = { keys, mutant: name, part: 0, of: 1, untilFailure: true } as const
  let schedules = 0
  for (const search of [...(proven === undefined ? [] : [{ proven }]), ...SEARCHES]) {
    const tally = await hand.run({ ...task, ...search })
    schedules += tally.schedules
    const [caught] = tally.failures
    if (caught !== undefined) return { name, schedules, caught }
  }
  return { name, schedules }
}
