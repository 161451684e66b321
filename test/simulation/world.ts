/** One run: everything wired together, a scenario played, and the invariants checked after every step and at rest. */
import { hiddenMs } from '#infra/operations/operations.ts'
import { createLogger } from '#shared/log.ts'
import { providerOf } from '#shared/facts/account.ts'
import type { Provider } from '#shared/providers.ts'
import { ALIPAY_ACCOUNT } from './alipay-app.ts'
import { createAlipayConveyance } from './alipay-conveyance.ts'
import { BUYER } from './alipay-notices.ts'
import type { Weather } from './channel-call.ts'
import { createConveyance } from './conveyance.ts'
import type { ChannelThere } from './channel-model.ts'
import type { Conditions } from './conditions.ts'
import type { Fault, FaultPlan } from './faults.ts'
import { createFunctions } from './functions.ts'
import { createRuntime } from './invocation.ts'
import type { Keys } from './keys.ts'
import { createLogWatch } from './log-watch.ts'
import { AT_ALIPAY, AT_WECHAT, createMerchant } from './merchant.ts'
import { createOperators, startClerk } from './operators.ts'
import { createQueue } from './queue-model.ts'
import { checkAtRest, checkDone } from './rest-invariants.ts'
import type { Scenario } from './scenario.ts'
import { startRotations, startSweeps } from './schedules.ts'
import { createScheduler } from './scheduler.ts'
import { createState } from './state.ts'
import { MCHID } from '#test/support/orders.ts'
import { createViolations } from './violations.ts'
import type { Violation } from './violations.ts'
import { ACCOUNT, OPENID } from './wechat-notices.ts'

/** A time that signatures are kept for. */
export const START = Date.parse('2026-03-01T04:00:00Z')
/** No run needs more: one that does, goes round in circles. */
const MOST_STEPS = 20_000

/** By then refunds that WeChat does not have are known to be none. */
const CLERK_AFTER_MS = 2 * 3_600_000

export interface RunOptions {
  readonly scenario: Scenario
  readonly conditions: Conditions
  readonly plan: FaultPlan
  readonly keys: Keys
  readonly trace?: ((line: string) => void) | undefined
}

export interface RunResult {
  readonly violations: readonly Violation[]
  /** The faults that each call could have had, by its number. */
  readonly points: ReadonlyArray<readonly Fault[]>
  /** Faults that took place. */
  readonly struck: number
  readonly steps: number
}

export async function runOnce({ scenario, conditions, plan, keys, trace }: RunOptions): Promise<RunResult> {
  const scheduler = createScheduler(START)
  const violations = createViolations(trace)
  const state = createState(violations, keys)
  const { stalls = false } = scenario
  const runtime = createRuntime({
    scheduler,
    plan,
    latency: conditions.latency,
    trace,
    stalls,
    overdue: (name) => {
      if (stalls && conditions.faultsMs === 0 && runtime.struck <= 2)
        violations.report('I18', `${name} was not over by its time-out`)
    },
  })
  const logger = createLogger({
    clock: scheduler,
    write: createLogWatch([OPENID, ACCOUNT, BUYER, ...keys.secrets], violations),
  })
  const sides = { state, keys, runtime, scheduler, conditions }
  const conveyance = createConveyance(sides)
  const alipay = createAlipayConveyance(sides)
  const wechat: ChannelThere = { account: MCHID, model: conveyance.model, unknown: ['REJECTED'] }
  // What no payer came for is closed when its time is over: Alipay never knew it.
  const atAlipay: ChannelThere = {
    account: ALIPAY_ACCOUNT,
    model: alipay.model,
    unknown: ['REJECTED', 'CLOSED'],
  }
  const there = [wechat, atAlipay]
  state.isPayable = (account, number) =>
    there.some(
      (channel) => channel.account === account && channel.model.orders.get(number)?.state === 'NOTPAY',
    )
  const weather = (provider: Provider): Weather => ({
    away: () => scenario.outage?.(scheduler.now() - START, provider) ?? false,
    delays: () => scenario.delays?.(scheduler.now() - START) ?? NO_DELAY,
  })
  const functions = createFunctions({
    state,
    keys,
    runtime,
    clock: scheduler,
    logger,
    wechat: { model: conveyance.model, ...weather('wechat') },
    alipay: { model: alipay.model, ...weather('alipay') },
    providers: scenario.withAlipay === true ? ['wechat', 'alipay'] : ['wechat'],
    indexLags: conditions.lags,
    form: conditions.form,
    turns: scenario.turns ?? false,
    secretsFail: scenario.secretsFail ?? false,
    send: (factKey) => facts.send(JSON.stringify({ fact_key: factKey })),
    requestRefresh: (id) => {
      if (seen.has(id)) return
      seen.add(id)
      refreshes.send(id)
    },
  })
  const seen = new Set<string>()
  const queue = { scheduler, strike: runtime.strike, delay: conditions.queueDelay, copies: conditions.copies }
  const facts = createQueue({
    ...queue,
    visibilityMs: hiddenMs('settle'),
    consume: async (body) => (await functions.settle(body)).kind === 'returned',
  })
  const refreshes = createQueue({
    ...queue,
    copies: () => 1,
    visibilityMs: hiddenMs('rotate-certs'),
    consume: async () => (await functions.rotateCerts()).kind === 'returned',
  })
  conveyance.connect(functions)
  alipay.connect(functions)
  const selling = { functions, runtime, scheduler, state, conditions }
  const merchant = createMerchant({ ...selling, seller: AT_WECHAT })
  const alipayMerchant = createMerchant({ ...selling, seller: AT_ALIPAY })
  const at = (milliseconds: number, task: () => void) => scheduler.after(conditions.vary(milliseconds), task)
  const operators = createOperators({ functions, persist: merchant.persist, state })
  await scenario.play({
    at,
    merchant,
    state,
    operators,
    wechat: conveyance,
    alipay: { ...alipay, merchant: alipayMerchant },
    draw: conditions.draw,
  })
  if (scenario.clerk === true)
    startClerk({ scheduler, state, operators }, conditions.faultsMs + CLERK_AFTER_MS)
  startSweeps({ scheduler, state, functions, conditions: { ...conditions, ...scenario.conditions } })
  if (scenario.rotates === true) startRotations({ scheduler, functions })

  let steps = 0
  const { heldAfterMs = Infinity, endsMs = Infinity, doneByMs } = scenario
  const end = START + Math.min(heldAfterMs, endsMs) + 4 * conditions.faultsMs
  for (const channel of there) {
    const by = doneByMs?.[providerOf(channel.account)]
    if (by === undefined || conditions.faultsMs > 0) continue
    scheduler.at(START + by, () => {
      if (runtime.struck === 0) checkDone(state, channel)
    })
  }
  const goesOn = () => violations.found.length === 0 && (scheduler.next ?? Infinity) <= end
  while (goesOn() && (await scheduler.step())) {
    steps += 1
    if (steps > MOST_STEPS) violations.report('I3', 'the run does not come to rest')
  }
  if (violations.found.length === 0)
    await checkAtRest(state, there, { held: scenario.heldAfterMs !== undefined })
  return { violations: violations.found, points: runtime.points, struck: runtime.struck, steps }
}

const NO_DELAY = { requestMs: 0, answerMs: 0 }
