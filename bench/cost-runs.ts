/** What `npm run cost` plays, each on a stack of its own. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LocalStack, StackOptions } from '#local/stack-options.ts'
import { startStack } from '#local/stack.ts'
import type { WithAlipay } from './alipay-page.ts'
import { playAlipay } from './alipay-scenario.ts'
import type { FixedInput } from './bill.ts'
import { CHEAPEST } from './cheapest.ts'
import { memoryOf } from './measure.ts'
import { metricNames } from './metric-names.ts'
import { atLambda, overHttp } from './merchant.ts'
import { play, type Played, type PlayOptions, type Scenario } from './scenario.ts'
import { readTemplates, templateCosts } from './template-costs.ts'

/** One stage, and what it came to. */
export interface Run {
  readonly played: Played
  readonly fixed: FixedInput
}

export interface Runs {
  readonly asItComes: Run
  readonly cheapest: Run
  readonly alipay: WithAlipay
}

export interface Playing extends Omit<Scenario, 'windowSeconds'> {
  readonly stage: string
  readonly say: (line: string) => void
}

export async function playAll(playing: Playing): Promise<Runs> {
  const { stage: _, say, ...scenario } = playing
  say('as it comes')
  const asItComes = await onStack(playing, {}, (stack) =>
    run({ stack, merchant: overHttp(stack), say }, { ...scenario, windowSeconds: 0 }),
  )
  const { settleWindowSeconds: windowSeconds } = CHEAPEST
  say(`with ${JSON.stringify(CHEAPEST)}, and a client that invokes functions at Lambda`)
  const cheapest = await onStack(playing, { settings: CHEAPEST }, (stack) =>
    run({ stack, merchant: atLambda(stack), say }, { ...scenario, windowSeconds }),
  )
  say('with Alipay')
  const alipay = await onStack(playing, { withAlipay: true }, async (stack) => {
    const { payments, wechatMs: alipayMs, perSecond } = scenario
    const played = await playAlipay(stack, { payments: Math.ceil(payments / 4), alipayMs, perSecond })
    return { ...played, ...ofTemplate(stack), memory: memoryOf(stack) }
  })
  const metrics = new Set([...asItComes.metrics, ...alipay.metrics]).size
  return { asItComes, cheapest, alipay: { ...alipay, fixed: { ...alipay.costs, metrics } } }
}

interface Running extends PlayOptions {
  readonly stack: LocalStack
}

async function run(
  { stack, ...options }: Running,
  scenario: Scenario,
): Promise<Run & { readonly metrics: ReadonlySet<string> }> {
  const played = await play(stack, scenario, options)
  const { costs, metrics } = ofTemplate(stack)
  const { idleSweep: sweep, rotation, reconciliation } = played
  return { played, metrics, fixed: { ...costs, metrics: metrics.size, sweep, rotation, reconciliation } }
}

/** What the template and the logs say of costs that no payment makes. */
function ofTemplate(stack: LocalStack) {
  return { costs: templateCosts(readTemplates(stack.assembly)), metrics: metricNames(stack.logs.lines()) }
}

/** Runs a stack for as long as something is done with it. */
async function onStack<Result>(
  { stage: stageName, say: onProgress }: Playing,
  options: Pick<StackOptions, 'settings' | 'withAlipay'>,
  use: (stack: LocalStack) => Promise<Result>,
): Promise<Result> {
  const directory = mkdtempSync(join(tmpdir(), 'wxpay-cost-'))
  try {
    const stack = await startStack({
      ...options,
      stateDir: join(directory, 'state'),
      stageName,
      schedules: false,
      throttle: false,
      environment: process.env,
      onProgress,
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
