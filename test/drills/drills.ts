/** `npm run drills`: breaks one thing after the other under load on the local stack and counts what became of the money. */
import { parseArgs } from 'node:util'
import { EXAMPLE_APP } from '#local/alipay.ts'
import { synthesizeStack } from '#local/synthesize-stack.ts'
import { ALL_DRILLS } from './all-drills.ts'
import { runDrill } from './drill.ts'
import type { Drill, DrillResult } from './drill.ts'
import { isUsageError, USAGE_EXIT_CODE, UsageError } from '#simulator/usage-error.ts'
import { reportOf } from './report.ts'

const HELP = `npm run drills [-- --only <names>] [--scale <factor>] [--assembly <directory>]

Breaks one thing after the other on the local stack while orders are paid and refunded, mends it, and counts from WeChat's
books and Alipay's, the tables and a subscriber of the topic. Exit code 0 only if nothing was lost, doubled or stuck.

  --only <names>      of these, with commas between them:
${ALL_DRILLS.map(({ name, title }) => `                        ${name.padEnd(18)}${title}`).join('\n')}
  --scale <factor>    multiplies the load, as in 0.1 for a short run (default 1)
  --assembly <dir>    a cloud assembly that exists already, instead of synthesizing one
  --help              this text
`

function readOptions(args: readonly string[]) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string' },
      scale: { type: 'string', default: '1' },
      assembly: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  const scale = Number(values.scale)
  if (!(scale > 0 && scale <= 100))
    throw new UsageError(`--scale ${values.scale}: expected a number above 0, at most 100`)
  return { scale, drills: drillsNamed(values.only), assembly: values.assembly, help: values.help }
}

function drillsNamed(only: string | undefined): readonly Drill[] {
  if (only === undefined) return ALL_DRILLS
  return only.split(',').map((name) => {
    const drill = ALL_DRILLS.find((candidate) => candidate.name === name)
    if (drill !== undefined) return drill
    throw new UsageError(`--only ${name}: there are ${ALL_DRILLS.map((known) => known.name).join(', ')}`)
  })
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

async function main(): Promise<void> {
  const { help, drills, scale, assembly } = readOptions(process.argv.slice(2))
  if (help) return say(HELP)
  const directory =
    assembly ??
    (await synthesizeStack('dev', { lacking: { alipay: EXAMPLE_APP }, environment: process.env })).path
  const results: DrillResult[] = []
  for (const drill of drills) {
    say(`${drill.name}: ${drill.title} …`)
    results.push(await runDrill(drill, { assembly: directory, scale }))
  }
  say(`\n${reportOf(results)}\n`)
  const clean = results.every(({ problems }) => problems.length === 0)
  say(clean ? 'nothing lost, nothing doubled, nothing stuck' : 'NOT CLEAN: see the lines marked ✗')
  process.exitCode = clean ? 0 : 1
}

try {
  await main()
} catch (error) {
  const usage = isUsageError(error)
  process.stderr.write(`${usage ? error.message : error instanceof Error ? error.stack : String(error)}\n`)
  process.exitCode = usage ? USAGE_EXIT_CODE : 1
}
