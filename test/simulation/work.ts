/** A worker's share: calm runs where they are asked for, its part of the exhaustive search, then of the seeds. */
import { countPlaced, emptyTally, runExhaustively } from './exhaustive.ts'
import type { Tally } from './exhaustive.ts'
import { parsePlaced } from './faults.ts'
import { createKeys } from './keys.ts'
import type { Keys } from './keys.ts'
import type { Proven } from './mutant.ts'
import { countSeed, scenarioOf } from './random.ts'
import { exhaustible, scenarioNamed, scenarios } from './scenarios.ts'
import type { Task } from './task.ts'

const MOST_FAILURES = 20
const TELL_EVERY_MS = 500

export async function work(task: Task, tell: (tally: Tally) => void): Promise<Tally> {
  const keys = createKeys(task.keys)
  const tally = emptyTally()
  const most = task.untilFailure === true ? 1 : MOST_FAILURES
  let told = performance.now()
  const enough = () => {
    if (performance.now() - told > TELL_EVERY_MS) {
      told = performance.now()
      tell(tally)
    }
    return tally.failures.length >= most
  }
  const only = task.scenario === undefined ? undefined : scenarioNamed(task.scenario)
  const searched = only === undefined ? exhaustible : [only]
  if (task.proven !== undefined) await playProven(task.proven, { keys, tally })
  if (task.calmFirst === true)
    for (const scenario of only === undefined ? scenarios : [only])
      if (!enough()) await countPlaced({ scenario, keys, tally }, [])
  const play = (seed: number) => countSeed(tally, { seed, scenario: only ?? scenarioOf(seed), keys })
  if (task.exhaustive !== undefined) {
    const { every, singles } = task.exhaustive
    for (const scenario of searched)
      await runExhaustively({ scenario, keys, tally, every, singles, enough, part: task.part, of: task.of })
  }
  if (task.random !== undefined) {
    const { seed, runs, seconds = Infinity } = task.random
    const end = performance.now() + seconds * 1000
    for (let run = task.part; run < runs && !enough() && performance.now() < end; run += task.of)
      await play(seed + run)
  }
  return tally
}

async function playProven(
  { scenario: name, faults = '', seed }: Proven,
  { keys, tally }: { readonly keys: Keys; readonly tally: Tally },
): Promise<void> {
  const scenario = scenarioNamed(name)
  if (seed !== undefined) await countSeed(tally, { seed, scenario, keys })
  else await countPlaced({ scenario, keys, tally }, parsePlaced(faults))
}
