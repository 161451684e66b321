/** `npm run simulate`: every single fault and every pair, then random seeds, then the mutants. */
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import type { Tally } from './exhaustive.ts'
import { playStories } from '#test/ledger/stories.ts'
import { makeKeyMaterial } from './keys.ts'
import { runMutants } from './mutant-run.ts'
import { runShared, withHands } from './pool.ts'
import { replay } from './replay.ts'
import { exhaustiveText, failureText, mutantText, progressText, randomText } from './report.ts'
import { exhaustible, scenarioNamed, scenarios } from './scenarios.ts'

const HELP = `npm run simulate [-- options]

Runs the real operations over simulated storage, queue, topic, secrets and WeChat Pay, with faults and crashes at every
call, and checks every promise after each step and at rest. Exit code 0 only if nothing was violated and every mutant caught.

  --runs N          random seeds to try (20000); 1 prints the run call by call and tries nothing else
  --seed N          the first seed (1)
  --seconds N       ends the random part after so long
  --scenario NAME   only this one: ${scenarios.map(({ name }) => name).join(', ')}
  --faults LIST     plays the calm run of a scenario with these faults, as in 7:fail-after,12:crash-before
  --workers N       threads (all cores)
  --pairs N         of the pairs of faults every Nth only (1: all of them)
  --no-exhaustive   leaves out single faults and pairs
  --no-mutants      leaves out the mutants
  --ledger          plays sets of facts of one order against the channel's own books instead (a million, or --runs of them)
  --help            this text
`
const RUNS = 20_000
const STORIES = 1_000_000
const TELL_EVERY_MS = 5000
const MOST_PRINTED = 10

const OPTIONS = {
  runs: { type: 'string' },
  seed: { type: 'string', default: '1' },
  seconds: { type: 'string' },
  scenario: { type: 'string' },
  faults: { type: 'string' },
  pairs: { type: 'string', default: '1' },
  workers: { type: 'string', default: String(availableParallelism()) },
  exhaustive: { type: 'boolean', default: true },
  mutants: { type: 'boolean', default: true },
  ledger: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const

const { values } = parsed()

function parsed() {
  try {
    return parseArgs({ allowNegative: true, options: OPTIONS })
  } catch (error) {
    return refuse(error)
  }
}

/** Says what is wrong with the command, without a stack. */
function refuse(error: unknown): never {
  console.error(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`)
  process.exit(2)
}

function whole(name: 'runs' | 'seed' | 'seconds' | 'workers' | 'pairs', least = 0): number {
  const number = Number(values[name])
  if (Number.isSafeInteger(number) && number >= least) return number
  throw new RangeError(`--${name} must be a whole number of at least ${least}`)
}

function runsOr(usual: number): number {
  return values.runs === undefined ? usual : whole('runs')
}

/** Prints how far it is now and then, and how it ended. */
function watch(what: string): { readonly progress: (tally: Tally) => void; readonly seconds: () => number } {
  const start = performance.now()
  let told = start
  const seconds = () => (performance.now() - start) / 1000
  return {
    seconds,
    progress: (tally) => {
      if (performance.now() - told < TELL_EVERY_MS) return
      told = performance.now()
      console.log(`  ${progressText(what, tally, seconds())}`)
    },
  }
}

async function play(which: Parameters<typeof replay>[0]): Promise<boolean> {
  const { violations, steps, struck } = await replay(which, (line) => console.log(line))
  console.log(`${steps} steps, ${struck} faults, ${violations.length} violations`)
  return violations.length === 0
}

async function simulate(): Promise<boolean> {
  if (values.ledger) return playStories({ first: whole('seed'), count: runsOr(STORIES) })
  const { scenario } = values
  if (scenario !== undefined) scenarioNamed(scenario)
  if (values.faults !== undefined) {
    if (scenario === undefined) throw new RangeError('--faults needs --scenario')
    return play({ scenario, faults: values.faults })
  }
  const [runs, seed, workers] = [runsOr(RUNS), whole('seed'), whole('workers', 1)]
  if (runs === 1) return play({ scenario, seed })
  const keys = makeKeyMaterial()
  const failures: Tally['failures'] = []
  if (values.exhaustive) {
    const { progress, seconds } = watch('exhaustive')
    const exhaustive = { every: whole('pairs', 1) }
    const tally = await withHands(workers, (hands) =>
      runShared({ keys, scenario, exhaustive }, hands, progress),
    )
    console.log(exhaustiveText(tally, seconds(), scenario === undefined ? exhaustible.length : 1))
    failures.push(...tally.failures)
  }
  if (runs > 0) {
    const limit = values.seconds === undefined ? undefined : whole('seconds', 1)
    const { progress, seconds } = watch('random')
    const tally = await withHands(workers, (hands) =>
      runShared({ keys, scenario, random: { seed, runs, seconds: limit } }, hands, progress),
    )
    console.log(randomText(tally, seconds()))
    failures.push(...tally.failures)
  }
  for (const failure of failures.slice(0, MOST_PRINTED)) console.log(failureText(failure))
  if (failures.length > MOST_PRINTED) console.log(`and ${failures.length - MOST_PRINTED} more`)
  if (!values.mutants) return failures.length === 0
  const results = await withHands(workers, (hands) => runMutants({ keys, hands }))
  console.log(mutantText(results))
  return failures.length === 0 && results.every(({ caught }) => caught !== undefined)
}

if (values.help) console.log(HELP)
else
  process.exitCode = (await simulate().catch((error: unknown) => {
    if (error instanceof RangeError) return refuse(error)
    throw error
  }))
    ? 0
    : 1
