/**
 * Reconciles a day of many rows: `npm run bench -- --only reconcile [-- --rows 1000000 --mb 512 --seconds 900]`.
 *
 * An orders table holds every order of the bill, in an engine of its own; the reconciliation runs in a process of its own, as in the
 * function. Fails when that process ever held more memory than `--mb`, took longer than `--seconds`, or found a difference.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import * as v from 'valibot'
import { MCHID } from '#test/support/orders.ts'
import { findDynoxide, startDynoxide } from '#test/stores/dynoxide.ts'
import { DAY, writeBill, writeTable } from './reconcile-day-data.ts'

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000' },
    mb: { type: 'string', default: '512' },
    seconds: { type: 'string', default: '900' },
  },
})
const ROWS = whole('rows', values.rows)
const LIMIT_MB = whole('mb', values.mb)
const LIMIT_SECONDS = whole('seconds', values.seconds)
/** Of Lambda's processors a function gets one for so many MB. */
const MB_A_PROCESSOR = 1769

const Result = v.object({
  state: v.literal('complete'),
  report: v.object({ matched: v.number(), unsettled: v.number(), findings: v.tuple([]) }),
  seconds: v.number(),
  cpuSeconds: v.number(),
  peakMb: v.number(),
})

function whole(name: string, text: string): number {
  const value = Number(text)
  if (Number.isSafeInteger(value) && value >= 1 && value <= 10_000_000) return value
  process.stderr.write(`--${name} must be a whole number from 1 to 10000000\n`)
  return process.exit(2)
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

const dynoxide = findDynoxide()
if (dynoxide === undefined) throw new Error('needs the engine @dynoxide/linux-x64, which is not installed')
const directory = mkdtempSync(join(tmpdir(), 'wxpay-bench-reconcile-'))
try {
  const prepared = performance.now()
  const bill = join(directory, 'bill.csv.gz')
  const sha1 = await writeBill(bill, ROWS)
  const database = await writeTable(directory, { rows: ROWS, dynoxide })
  say(`prepared        ${ROWS} rows, and a table with their orders, in ${seconds(prepared)} s`)
  const engine = await startDynoxide(dynoxide, database)
  const program = join(import.meta.dirname, 'reconcile-process.ts')
  const heap = `--max-old-space-size=${Math.floor(LIMIT_MB * 0.9)}`
  const args = [heap, program, engine.endpoint, bill, sha1, MCHID, DAY]
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  await engine.stop()
  if (status !== 0) throw new Error(`the run failed: ${stderr}`)
  const { report, peakMb, ...took } = v.parse(Result, JSON.parse(stdout))
  const atLambda = took.cpuSeconds / (LIMIT_MB / MB_A_PROCESSOR)
  say(`matched         ${report.matched} rows, nothing differs`)
  say(`time            ${took.seconds.toFixed(1)} s here, ${took.cpuSeconds.toFixed(1)} s of a processor`)
  say(
    `                about ${atLambda.toFixed(0)} s with the share of a processor that ${LIMIT_MB} MB get in Lambda`,
  )
  say(`memory at most  ${peakMb} MB`)
  if (report.matched !== ROWS) throw new Error('rows were lost')
  if (peakMb > LIMIT_MB) throw new Error(`held ${peakMb} MB, and may hold ${LIMIT_MB}`)
  const longest = Math.max(took.seconds, atLambda)
  if (longest > LIMIT_SECONDS) throw new Error(`took ${longest.toFixed(0)} s, and may take ${LIMIT_SECONDS}`)
} finally {
  rmSync(directory, { recursive: true, force: true })
}

function seconds(since: number): string {
  return ((performance.now() - since) / 1000).toFixed(1)
}
