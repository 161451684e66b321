/** Random runs: everything about one, its scenario included, follows from its seed. */
import { drawn } from './conditions.ts'
import type { Tally } from './exhaustive.ts'
import { randomFaults } from './faults.ts'
import type { Keys } from './keys.ts'
import { createPrng } from './prng.ts'
import { scenarioNamed, scenarios } from './scenarios.ts'
import type { Scenario } from './scenario.ts'
import { runOnce, START } from './world.ts'
import type { RunResult } from './world.ts'

const storm = scenarioNamed('storm')
const alipayStorm = scenarioNamed('alipay-storm')
const short = scenarios.filter(({ singles }) => singles === undefined)

export function scenarioOf(seed: number): Scenario {
  // Every other run is a storm, each fourth of these at Alipay: they are the ones with the most to go wrong.
  if (seed % 2 === 0) return seed % 8 === 0 ? alipayStorm : storm
  return short[((seed - 1) / 2) % short.length]!
}

export async function runSeed(
  { seed, scenario, keys }: { readonly seed: number; readonly scenario: Scenario; readonly keys: Keys },
  trace?: (line: string) => void,
): Promise<RunResult> {
  const prng = createPrng(seed)
  const conditions = drawn(prng)
  const plan = randomFaults(prng, { rate: conditions.faultRate, until: START + conditions.faultsMs })
  return runOnce({ scenario, conditions, plan, keys, trace })
}

export async function countSeed(
  tally: Tally,
  options: { readonly seed: number; readonly scenario: Scenario; readonly keys: Keys },
): Promise<void> {
  const result = await runSeed(options)
  tally.schedules += 1
  tally.random += 1
  tally.steps += result.steps
  tally.faults += result.struck
  if (result.violations.length > 0)
    tally.failures.push({
      scenario: options.scenario.name,
      how: { seed: options.seed },
      violations: result.violations,
    })
}
