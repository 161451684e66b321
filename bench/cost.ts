/** `npm run cost`: measures what payments cost on the local stack and writes docs/cost.md. */
import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { costPage } from './cost-page.ts'
import { playAll } from './cost-runs.ts'
import { verdict } from './cost-targets.ts'

const HELP = `Measures what payments cost, as the stack comes and with the settings that cost least, and writes docs/cost.md:
some two minutes, once the templates are synthesized. On a machine that others use as well: chrt -r 1 npm run cost (as root), which
gives it a processor whenever it wants one; requests, units and bytes are the same there, durations are not.

usage: npm run cost -- [options]

  --check           compares with the targets instead, and fails when one is missed
  --payments <n>    payments to play (default 200)
  --refunds <n>     refunds to play, at most as many (default 100)
  --per-second <n>  so many are paid a second (default 10)
  --wechat-ms <n>   how long WeChat takes to answer a call (default 150)
  --stage <name>    stage whose template is counted (default dev)
  --out <file>      default docs/cost.md
  --help            this text
`

/** Beyond that the logs in memory, which hold the durations, would lose their oldest lines. */
const MOST = 500

function readNumber(name: string, text: string, most: number): number {
  const value = Number(text)
  if (Number.isSafeInteger(value) && value > 0 && value <= most) return value
  throw new Error(`--${name} must be a whole number from 1 to ${most}`)
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      check: { type: 'boolean', default: false },
      payments: { type: 'string', default: '200' },
      refunds: { type: 'string', default: '100' },
      'per-second': { type: 'string', default: '10' },
      'wechat-ms': { type: 'string', default: '150' },
      stage: { type: 'string', default: 'dev' },
      out: { type: 'string', default: 'docs/cost.md' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    process.stdout.write(HELP)
    return 0
  }
  const payments = readNumber('payments', values.payments, MOST)
  const runs = await playAll({
    payments,
    refunds: readNumber('refunds', values.refunds, payments),
    perSecond: readNumber('per-second', values['per-second'], 100),
    wechatMs: readNumber('wechat-ms', values['wechat-ms'], 5000),
    stage: values.stage,
    say,
  })
  const { lines, met } = verdict(runs)
  for (const line of lines) say(line)
  if (values.check) return met ? 0 : 1
  writeFileSync(resolve(values.out), costPage(runs))
  say(`wrote ${values.out}`)
  return 0
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

process.exitCode = await main()
