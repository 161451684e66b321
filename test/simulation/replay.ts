/** Plays one schedule again and prints every port call of it. */
import { runPlaced } from './exhaustive.ts'
import { parsePlaced } from './faults.ts'
import { createKeys, makeKeyMaterial } from './keys.ts'
import { runSeed, scenarioOf } from './random.ts'
import { scenarioNamed } from './scenarios.ts'
import type { RunResult } from './world.ts'

export type Replay =
  | { readonly scenario: string; readonly faults: string }
  | { readonly scenario?: string | undefined; readonly seed: number }

export function replay(which: Replay, print: (line: string) => void): Promise<RunResult> {
  const keys = createKeys(makeKeyMaterial())
  if ('faults' in which) {
    const faults = which.faults === 'none' ? [] : parsePlaced(which.faults)
    return runPlaced({ scenario: scenarioNamed(which.scenario), keys }, faults, print)
  }
  const { scenario, seed } = which
  print(`scenario ${scenario ?? scenarioOf(seed).name}, seed ${seed}`)
  return runSeed(
    { seed, scenario: scenario === undefined ? scenarioOf(seed) : scenarioNamed(scenario), keys },
    print,
  )
}
