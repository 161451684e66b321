/** `npm run demo`: a payment and a refund through the whole stack on this machine, with every promise checked on the way. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { alipayChannel } from './demo/alipay.ts'
import { reconcilingAlipay, unheardOfAlipay } from './demo/alipay-bill.ts'
import { callbackTest } from './demo/callback-test.ts'
import { elsewhere } from './demo/elsewhere.ts'
import { healing } from './demo/healing.ts'
import { holds } from './demo/holds.ts'
import { lastPage } from './demo/last-page.ts'
import { documentedFetch } from '#contract/check/documented-fetch.ts'
import { expectEvent } from '#contract/check/expect-documented.ts'
import { createMerchant } from './demo/merchant.ts'
import { notifications } from './demo/notifications.ts'
import { payments } from './demo/payments.ts'
import { reconciling } from './demo/reconciling.ts'
import { refunds } from './demo/refunds.ts'
import { onlyWhatIsAllowed, watchRights } from './demo/rights.ts'
import { rotation } from './demo/rotation.ts'
import { shangmi } from './demo/shangmi.ts'
import { leftBehind, sweeping } from './demo/sweeping.ts'
import { switches } from './demo/switches.ts'
import { BrokenExpectation, createStory } from './demo/story.ts'
import { startStack } from './stack.ts'
import type { LocalStack } from './stack-options.ts'
import { alipayAccount } from '#shared/facts/account.ts'
import { startSimulator } from '#simulator/simulator.ts'
import { isUsageError, USAGE_EXIT_CODE } from '#simulator/usage-error.ts'

const HELP = `npm run demo [-- --verbose]

Boots the stack that CDK synthesizes on free local ports, plays payments, refunds and faults through it, and checks every
expectation. Takes well under a minute. Exit code 0 only if all of them held.

  --verbose   also print the log lines of the functions
  --help      this text
`

/** WeChat's minutes become seconds. */
const TIME_SCALE = 60
const REFUND_DELAY_MS = 60_000

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

async function play(stack: LocalStack): Promise<void> {
  const { simulator, description } = stack
  if (simulator === undefined) throw new Error('the demo needs the simulator')
  const story = createStory(say)
  const rights = watchRights(stack)
  const merchant = await createMerchant(stack, documentedFetch)
  try {
    const { alipay_app_id: appId } = description
    if (simulator.alipay === undefined || appId === undefined) throw new Error('the demo needs both channels')
    const alipay = { alipay: simulator.alipay.control, account: alipayAccount(appId) }
    const scene = {
      story,
      stack,
      merchant,
      wechat: simulator.control,
      mchid: description.mchid,
      ...alipay,
    }
    for (const chapter of [callbackTest, payments, notifications, refunds, elsewhere, switches])
      await chapter(scene)
    await leftBehind(scene)
    for (const chapter of [rotation, shangmi, holds, healing]) await chapter(scene)
    await sweeping(scene)
    await alipayChannel(scene)
    const day = await unheardOfAlipay(scene)
    await reconciling(scene)
    await reconcilingAlipay(scene, day)
    const page = await lastPage(scene)
    await onlyWhatIsAllowed(scene, rights)
    for (const { text } of merchant.events) expectEvent(JSON.parse(text))
    say(`\n${page}\n`)
    say(`${story.held} expectations held`)
  } finally {
    rights.stop()
    await merchant.stop()
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { verbose: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
  })
  if (values.help) return say(HELP)
  const stateDir = await mkdtemp(join(tmpdir(), 'wxpay-demo-'))
  const started = performance.now()
  try {
    const stack = await startStack({
      stateDir,
      timeScale: TIME_SCALE,
      schedules: false,
      withAlipay: true,
      environment: process.env,
      onProgress: say,
      simulator: (merchant) =>
        startSimulator({ ...merchant, timeScale: TIME_SCALE, refundDelayMs: REFUND_DELAY_MS }),
    })
    try {
      await play(stack)
    } finally {
      if (values.verbose) for (const line of stack.logs.lines()) say(line)
      await stack.stop()
    }
  } finally {
    await rm(stateDir, { recursive: true, force: true })
  }
  say(`done in ${((performance.now() - started) / 1000).toFixed(1)} s`)
}

try {
  await main()
} catch (error) {
  process.stderr.write(`\n${failureText(error)}\n`)
  process.exitCode = isUsageError(error) ? USAGE_EXIT_CODE : 1
}

function failureText(error: unknown): string {
  if (isUsageError(error)) return `${error.message}; npm run demo -- --help lists the options`
  if (error instanceof BrokenExpectation) return `✗ ${error.message}`
  return `the demo failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`
}
