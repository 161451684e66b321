/** The sweep's way to the channels as it is deployed: its turn, the budget before the wire, and a watch over what fails there (I16). */
import { ChannelError } from '#shared/orders/channel-error.ts'
import { sweepTurnKey } from '#shared/orders/order-key.ts'
import { createDynamoLease } from '#shared/stores/dynamo-lease.ts'
import { createCallBudget } from '#shared/http/call-budget.ts'
import type { CallBudget } from '#shared/http/call-budget.ts'
import type { Provider } from '#shared/providers.ts'
import type { DrivenChannel } from '#functions/sweep/drive-deps.ts'
import { createTurn } from '#functions/sweep/turn.ts'
import { MCHID } from '#test/support/orders.ts'
import type { State } from './state.ts'

/** What WeChat allows in a second (doc merchant/4013071036); Alipay is spared as much. */
const FAILING_CALLS = 6
const SECOND = 1000

interface Time {
  readonly clock: { readonly now: () => number }
  readonly pause: (milliseconds: number) => Promise<void>
}

type Outcome<Result> = { readonly result: Result } | { readonly error: unknown }

/** Kept by a container, like its budgets. */
export interface SweepWire {
  limited(provider: Provider, channel: DrivenChannel, signal: AbortSignal): DrivenChannel
  readonly turn: ReturnType<typeof createTurn>
}

export function createSweepWire(state: State, time: Time): SweepWire {
  // What fails at one channel does not slow the other down.
  const budgets = { wechat: createCallBudget(time), alipay: createCallBudget(time) }
  const budget = {
    get quietFrom() {
      return Math.max(budgets.wechat.quietFrom, budgets.alipay.quietFrom)
    },
  }
  const lease = createDynamoLease({
    client: state.dynamo.client,
    tableName: 'orders',
    key: sweepTurnKey(MCHID),
  })
  return {
    turn: createTurn({ ...time, lease, budget }),
    limited: (provider, channel, signal) =>
      limited({ state, provider, budget: budgets[provider], clock: time.clock, signal }, channel),
  }
}

interface Limit {
  readonly state: State
  readonly provider: Provider
  readonly budget: CallBudget
  readonly clock: Time['clock']
  readonly signal: AbortSignal
}

function limited({ state, provider, budget, clock, signal }: Limit, channel: DrivenChannel): DrivenChannel {
  const through = async <Result>(call: () => Promise<Result>): Promise<Result> => {
    const outcome = await budget.run(
      async (): Promise<Outcome<Result>> => {
        const answer = await untilAborted(call(), signal).then(
          (result) => ({ result }),
          (error: unknown) => ({ error }),
        )
        if (isFailure(answer)) failedAt(state, provider, clock.now())
        return answer
      },
      { fails: isFailure, signal },
    )
    if ('error' in outcome) throw outcome.error
    return outcome.result
  }
  return {
    ...channel,
    queryOrder: (...args) => through(() => channel.queryOrder(...args)),
    closeOrder: (...args) => through(() => channel.closeOrder(...args)),
    queryRefund: (...args) => through(() => channel.queryRefund(...args)),
    createRefund: (...args) => through(() => channel.createRefund(...args)),
  }
}

/** As the transport: a call ends with the time of its run. */
function untilAborted<Result>(call: Promise<Result>, signal: AbortSignal): Promise<Result> {
  const { promise, reject } = Promise.withResolvers<never>()
  const abort = () => reject(new ChannelError('timeout', 'out of time', { certain: false }))
  signal.addEventListener('abort', abort, { once: true })
  return Promise.race([call, promise]).finally(() => signal.removeEventListener('abort', abort))
}

/** That a channel does not know what it was asked about is an answer like any other. */
function isFailure(outcome: Outcome<unknown>): boolean {
  return 'error' in outcome && !(outcome.error instanceof ChannelError && outcome.error.code === 'not_found')
}

function failedAt({ failures: all, violations }: State, provider: Provider, now: number): void {
  const failures = all[provider]
  failures.push(now)
  while (failures[0] !== undefined && failures[0] <= now - SECOND) failures.shift()
  if (failures.length >= FAILING_CALLS) violations.report('I16', `${failures.length} failed within a second`)
}

/** Fires at a time without anybody being woken up. */
export function signalAt(clock: Time['clock'], end: number): AbortSignal {
  return {
    get aborted() {
      return clock.now() >= end
    },
  } as AbortSignal
}

/** Two at once: that one of them waits is for WeChat's sake, and must not be needed for anything else. */
export const NO_TURN = { take: async () => async () => {} }
