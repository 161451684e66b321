/** The tests that every store has to pass, on table services that others wrote. */
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { MINISTACK, startMinistack } from '../engines/ministack.ts'
import { MOTO, startMoto } from '../engines/moto.ts'
import type { Context, Outcome, Part } from '../part.ts'
import { contractFiles } from './contract-files.ts'
import { startForgetfulProxy } from './forgetful-proxy.ts'
import { GAPS } from './gaps.ts'

const ROOT = resolve(import.meta.dirname, '../..')

/** What runs on the given engine says so in its name. */
const ON_ENGINE = /the given endpoint/

interface Ran {
  readonly fullName: string
  readonly title: string
  readonly status: string
  readonly failureMessages: readonly string[]
}

interface Engine {
  readonly name: string
  readonly start: () => Promise<{ readonly url: string; stop(): Promise<void> }>
}

const ENGINES: readonly Engine[] = [
  { name: MOTO, start: startMoto },
  { name: MINISTACK, start: startMinistack },
]

export const STORE: Part = {
  name: 'store',
  engines: (given) => enginesOf(given).map(({ name }) => name),
  proves: 'every test of the stores: conditions, ALL_OLD, indexes, the size of an item, lost answers, races',
  breaks: 'a proxy before each engine drops the conditions of writes',
  run,
}

function enginesOf({ dynamodb }: Pick<Context, 'dynamodb'>): readonly Engine[] {
  if (dynamodb === undefined) return ENGINES
  return [{ name: dynamodb, start: async () => ({ url: dynamodb, stop: async () => {} }) }]
}

async function run(context: Context): Promise<Outcome> {
  const outcomes: Outcome[] = []
  for (const engine of enginesOf(context)) outcomes.push(await runOn(engine, context))
  return {
    figures: outcomes.flatMap(({ figures }) => figures),
    faults: outcomes.flatMap(({ faults }) => faults),
  }
}

async function runOn({ name, start }: Engine, { scratch, broken, say }: Context): Promise<Outcome> {
  const engine = await start()
  const proxy = broken ? await startForgetfulProxy(engine.url) : undefined
  try {
    const ran = await contractOn(proxy?.url ?? engine.url, join(scratch, 'results.json'))
    const gaps = GAPS.filter((gap) => gap.engine === name)
    const failed = ran.filter(({ status }) => status !== 'passed')
    const passed = ran.length - failed.length
    say(`${name}: ${passed} of ${ran.length} passed, ${gaps.length} known gaps of the engine`)
    return {
      figures: [`${name}: ${passed} of ${ran.length} tests`],
      faults: faultsOf({ name, ran, failed, gaps }),
    }
  } finally {
    await proxy?.stop()
    await engine.stop()
  }
}

interface Judged {
  readonly name: string
  readonly ran: readonly Ran[]
  readonly failed: readonly Ran[]
  readonly gaps: typeof GAPS
}

function faultsOf({ name, ran, failed, gaps }: Judged): readonly string[] {
  const known = ({ title }: Ran): boolean => gaps.some(({ test }) => test === title)
  const strange = failed.filter((test) => !known(test))
  const gone = gaps.filter(({ test }) => !failed.some(({ title }) => title === test))
  return [
    ...(ran.length === 0 ? [`${name}: no test ran`] : []),
    ...strange.map(({ fullName, failureMessages: [why = ''] }) => `${fullName}: ${why.split('\n')[0]}`),
    ...gone.map(({ test }) => `${name}: a known gap is gone: ${test}`),
  ]
}

/** A process of its own, as `npm test` has it; its exit code says no more than its results. */
async function contractOn(endpoint: string, results: string): Promise<readonly Ran[]> {
  const args = [
    'node_modules/vitest/vitest.mjs',
    'run',
    ...(await contractFiles(ROOT)),
    '--reporter=json',
    `--outputFile=${results}`,
  ]
  const env = { ...process.env, WXPAY_DYNAMODB_ENDPOINT: endpoint }
  await promisify(execFile)(process.execPath, args, { cwd: ROOT, env, maxBuffer: 64 * 1024 * 1024 }).catch(
    () => undefined,
  )
  const { testResults } = JSON.parse(await readFile(results, 'utf8'))
  const ran: readonly Ran[] = testResults.flatMap(
    (file: { assertionResults: readonly Ran[] }) => file.assertionResults,
  )
  return ran.filter(({ fullName }) => ON_ENGINE.test(fullName))
}
