/** `npm run bench`: see HELP. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Bench, Measured, Program } from './suite/bench.ts'
import { check, verdictOf } from './suite/check.ts'
import type { Checked } from './suite/check.ts'
import type { Section } from './suite/figure.ts'
import { lineOf, performancePage } from './suite/page.ts'
import { BENCHES } from './suite/registry.ts'

const ROOT = join(import.meta.dirname, '..')
const PAGE = join(ROOT, 'docs/performance.md')

const HELP = `npm run bench [-- --check] [--only <name>]... [-- <options of the one program>]

Measures everything and writes docs/performance.md: some ten minutes on two cores that do nothing else. Nothing fails because it is slow.

  --check        compares with the targets instead; a section that misses one is measured once more, and it fails when the same
                 one is missed again
  --only <name>  this bench alone; may be repeated; the rest of docs/performance.md stays as it is
  --help         this text

${listing('measured', 'Measured:')}

${listing('program', 'By name alone, each with limits of its own:')}
`

function listing(kind: Bench['kind'], title: string): string {
  const lines = BENCHES.filter((bench) => bench.kind === kind).map(
    ({ name, about }) => `  ${name.padEnd(14)} ${about}`,
  )
  return [title, ...lines].join('\n')
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      check: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    say(HELP)
    return 0
  }
  const unknown = values.only.find((name) => !BENCHES.some((bench) => bench.name === name))
  if (unknown !== undefined) {
    process.stderr.write(`there is no bench ${unknown}: npm run bench -- --help lists them\n`)
    return 2
  }
  const chosen = BENCHES.filter(({ name }) => values.only.includes(name))
  for (const bench of chosen)
    if (bench.kind === 'program' && (await runProgram(bench, positionals)) !== 0) return 1
  const measured = (chosen.length === 0 ? BENCHES : chosen).filter((bench) => bench.kind === 'measured')
  if (values.check) return judge(measured)
  for (const bench of measured) writePage(bench.name, await measure(bench))
  return 0
}

/** One by one: what was measured is on the page, whatever becomes of the next. */
function writePage(name: string, section: Section): void {
  const names = BENCHES.map((bench) => bench.name)
  const before = existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : ''
  writeFileSync(PAGE, performancePage(names, new Map([[name, section]]), before))
}

async function runProgram({ start }: Program, options: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, [...start, ...options], { cwd: ROOT, stdio: 'inherit' })
  const [code] = await once(child, 'exit')
  return Number(code ?? 1)
}

async function measure({ name, run }: Measured): Promise<Section> {
  say(
    `\n${name}: ${''.padEnd(62 - name.length)} ${'min'.padStart(8)} ${'median'.padStart(8)} ${'max'.padStart(8)}`,
  )
  const started = performance.now()
  const section = await run(say)
  for (const figure of section.figures) say(lineOf(figure))
  say(`took ${Math.round((performance.now() - started) / 1000)} s`)
  return section
}

async function judge(benches: readonly Measured[]): Promise<number> {
  const checked: Checked[] = []
  for (const bench of benches) checked.push(await check(bench, () => measure(bench), say))
  say('')
  for (const line of verdictOf(checked)) say(line)
  return checked.every(({ missed }) => missed.length === 0) ? 0 : 1
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

process.exitCode = await main()
