/** Plays drawn sets of facts one after the other; each follows from its seed. */
import { playFairSet } from './fair-set.ts'
import { playUnfairSet } from './unfair-set.ts'

export interface Sets {
  readonly from: number
  readonly sets: number
}

export interface Problem {
  readonly seed: number
  readonly problems: readonly string[]
}

/** Of four sets three are fair: what WeChat can really produce. */
function playSet(seed: number): readonly string[] {
  return seed % 4 === 0 ? playUnfairSet(seed) : playFairSet(seed)
}

/** @returns undefined when no set shows a problem. */
export function firstProblem({ from, sets }: Sets): Problem | undefined {
  for (let seed = from; seed < from + sets; seed += 1) {
    const problems = playSet(seed)
    if (problems.length > 0) return { seed, problems }
  }
  return undefined
}
