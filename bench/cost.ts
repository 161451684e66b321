/** `npm run cost`: measures what payments cost on the local stack and writes docs/cost.md. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { LocalStack } from '#local/stack-options.ts'
import { startStack } from '#local/stack.ts'
import { playAlipay } from './alipay-scenario.ts'
import { costPage } from './cost-page.ts'
import { memoryOf } from './measure.ts'
import { play } from './scenario.ts'
import { readTemplates, templateCosts } from './template-costs.ts'

const HELP = `Measures what payments cost and writes docs/cost.md: half a minute, once the template is synthesized

usage: npm run cost -- [options]

  --payments <n>    payments to play (default 200)
  --refunds <n>     refunds to play, at most as many (default 100)
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

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      payments: { type: 'string', default: '200' },
      refunds: { type: 'string', default: '100' },
      'wechat-ms': { type: 'string', default: '150' },
      stage: { type: 'string', default: 'dev' },
      out: { type: 'string', default: 'docs/cost.md' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    process.stdout.write(HELP)
    return
  }
  const payments = readNumber('payments', values.payments, MOST)
  const scenario = {
    payments,
    refunds: readNumber('refunds', values.refunds, payments),
    wechatMs: readNumber('wechat-ms', values['wechat-ms'], 5000),
  }
  const { played, costs, metrics } = await onStack(
    { stage: values.stage, withAlipay: false },
    async (stack) => ({
      played: await play(stack, scenario, say),
      ...fixedOf(stack),
    }),
  )
  const beside = await onStack({ stage: values.stage, withAlipay: true }, async (stack) => {
    say('playing payments by Alipay')
    const some = { payments: Math.ceil(payments / 4), alipayMs: scenario.wechatMs }
    return { ...(await playAlipay(stack, some)), ...fixedOf(stack), memory: memoryOf(stack) }
  })
  const fixed = {
    ...costs,
    metrics: metrics.size,
    sweep: played.idleSweep,
    rotation: played.rotation,
    reconciliation: played.reconciliation,
  }
  const alipay = {
    ...beside,
    fixed: { ...beside.costs, metrics: new Set([...metrics, ...beside.metrics]).size },
  }
  writeFileSync(resolve(values.out), costPage({ played, alipay }, fixed))
  say(`wrote ${values.out}`)
}

interface Stage {
  readonly stage: string
  readonly withAlipay: boolean
}

/** Runs a stack for as long as something is done with it. */
async function onStack<Result>(
  { stage: stageName, withAlipay }: Stage,
  use: (stack: LocalStack) => Promise<Result>,
): Promise<Result> {
  const directory = mkdtempSync(join(tmpdir(), 'wxpay-cost-'))
  try {
    const stack = await startStack({
      stateDir: join(directory, 'state'),
      stageName,
      withAlipay,
      schedules: false,
      throttle: false,
      environment: process.env,
      onProgress: say,
    })
    try {
      return await use(stack)
    } finally {
      await stack.stop()
    }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

/** What the template and the logs say of costs that no payment makes. */
function fixedOf(stack: LocalStack) {
  return { costs: templateCosts(readTemplates(stack.assembly)), metrics: metricNames(stack.logs.lines()) }
}

/** Metrics in embedded metric format: one is billed for each name and set of dimension values. */
function metricNames(lines: readonly string[]): ReadonlySet<string> {
  const seen = new Set<string>()
  for (const line of lines) {
    if (!line.includes('"CloudWatchMetrics"')) continue
    const entry = JSON.parse(line) as Record<string, unknown> & {
      _aws: { CloudWatchMetrics: readonly Directive[] }
    }
    for (const { Namespace, Dimensions, Metrics } of entry._aws.CloudWatchMetrics) {
      for (const set of Dimensions) {
        for (const { Name } of Metrics)
          seen.add([Namespace, Name, ...set.map((name) => `${name}=${String(entry[name])}`)].join('|'))
      }
    }
  }
  return seen
}

interface Directive {
  readonly Namespace: string
  readonly Dimensions: ReadonlyArray<readonly string[]>
  readonly Metrics: ReadonlyArray<{ readonly Name: string }>
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

await main()
