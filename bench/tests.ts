/** `npm run bench -- --only tests [-- <files>]`: runs the tests and says which files take longest. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { tableOf, timesOf } from './test-times.ts'

const ROOT = join(import.meta.dirname, '..')
const VITEST = join(ROOT, 'node_modules/vitest/vitest.mjs')

const place = await mkdtemp(join(tmpdir(), 'wxpay-test-times-'))
try {
  const outputFile = join(place, 'report.json')
  const options = ['--reporter=dot', '--reporter=json', `--outputFile.json=${outputFile}`]
  const started = performance.now()
  const child = spawn(process.execPath, [VITEST, 'run', ...options, ...process.argv.slice(2)], {
    cwd: ROOT,
    stdio: 'inherit',
  })
  const [code] = await once(child, 'exit')
  const seconds = (performance.now() - started) / 1000
  console.log(tableOf(timesOf(await readFile(outputFile, 'utf8'))))
  console.log(`the run took ${seconds.toFixed(1)} s`)
  process.exitCode = code === 0 ? 0 : 1
} finally {
  await rm(place, { recursive: true, force: true })
}
