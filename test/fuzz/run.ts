/** `npm run fuzz -- --runs 100000 [--seed 42] [--only events]`: the fuzz tests for as long as one likes. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '10000' },
    seed: { type: 'string' },
    only: { type: 'string', default: '' },
  },
})
const runs = Number(values.runs)
if (!Number.isSafeInteger(runs) || runs < 1) {
  process.stderr.write('--runs must be a whole number of at least 1\n')
  process.exit(2)
}
const root = join(import.meta.dirname, '..', '..')
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')
const started = Date.now()
process.stdout.write(
  `fuzzing with ${runs} runs a property${values.seed === undefined ? '' : `, seed ${values.seed}`}\n`,
)
const progress = setInterval(() => {
  process.stdout.write(`… ${Math.round((Date.now() - started) / 1000)} s\n`)
}, 15_000)
const child = spawn(
  process.execPath,
  [vitest, 'run', `test/fuzz/${values.only}`, '--testTimeout=0', '--reporter=verbose'],
  {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...process.env,
      FUZZ_RUNS: String(runs),
      ...(values.seed === undefined ? {} : { FUZZ_SEED: values.seed }),
    },
  },
)
child.once('exit', (code, signal) => {
  clearInterval(progress)
  process.exitCode = signal === null ? (code ?? 1) : 1
})
