/** Tries every fault at every port call of a scenario, alone and in pairs. */
import { calm } from './conditions.ts'
import { placedFaults } from './faults.ts'
import type { Fault, Placed } from './faults.ts'
import type { Keys } from './keys.ts'
import type { Scenario } from './scenario.ts'
import { runOnce } from './world.ts'
import type { RunResult } from './world.ts'

export interface Failure {
  readonly scenario: string
  readonly how: { readonly faults: Placed } | { readonly seed: number }
  readonly violations: RunResult['violations']
}

export interface Tally {
  schedules: number
  singles: number
  pairs: number
  random: number
  steps: number
  faults: number
  readonly failures: Failure[]
}

export function emptyTally(): Tally {
  return { schedules: 0, singles: 0, pairs: 0, random: 0, steps: 0, faults: 0, failures: [] }
}

export interface ExhaustiveOptions {
  readonly scenario: Scenario
  readonly keys: Keys
  readonly tally: Tally
  /** Of the first faults, this worker takes each `of`th, from `part` on; with each go all its pairs. */
  readonly part: number
  readonly of: number
  /** Of the single faults, each so manyth is tried, all when absent. */
  readonly singles?: number | undefined
  /** Of the pairs, each so manyth is tried: 1 is all, 0 none. */
  readonly every: number
  /** Ends the search early. */
  readonly enough: () => boolean
}

export async function runPlaced(
  { scenario, keys }: Pick<ExhaustiveOptions, 'scenario' | 'keys'>,
  faults: Placed,
  trace?: (line: string) => void,
): Promise<RunResult> {
  const conditions = { ...calm(), ...scenario.conditions }
  return runOnce({ scenario, conditions, plan: placedFaults(faults), keys, trace })
}

/** A pair is a single fault and one more at a later call of the run that the first fault gave. */
export async function runExhaustively(options: ExhaustiveOptions): Promise<void> {
  const { tally, enough, scenario } = options
  const every = scenario.singles === undefined ? options.every : 0
  const plain = await countPlaced(options, [])
  const step = scenario.singles ?? options.singles ?? 1
  const singles = placements(plain.points, 0).filter((_, index) => index % step === 0)
  let turn = 0
  for (const [index, single] of singles.entries()) {
    if (index % options.of !== options.part || enough()) continue
    const first = await countPlaced(options, [single])
    tally.singles += 1
    if (every === 0) continue
    for (const second of placements(first.points, single[0] + 1)) {
      turn += 1
      if (turn % (every * (scenario.pairs ?? 1)) !== 0) continue
      await countPlaced(options, [single, second])
      tally.pairs += 1
      if (enough()) return
    }
  }
}

function placements(points: RunResult['points'], from: number): ReadonlyArray<readonly [number, Fault]> {
  return points.flatMap((faults, index) =>
    index < from ? [] : faults.map((fault) => [index, fault] as const),
  )
}

/** A run with these faults; with none, a safeguard that a whole story needs is missed at once. */
export async function countPlaced(
  options: Pick<ExhaustiveOptions, 'scenario' | 'keys' | 'tally'>,
  faults: Placed,
): Promise<RunResult> {
  const { scenario, tally } = options
  const result = await runPlaced(options, faults)
  tally.schedules += 1
  tally.steps += result.steps
  tally.faults += result.struck
  if (result.violations.length > 0)
    tally.failures.push({ scenario: scenario.name, how: { faults }, violations: result.violations })
  return result
}
