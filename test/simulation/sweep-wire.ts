/** The sweep's way to WeChat as it is deployed: its turn, the budget before the wire, and a watch over what fails there (I16). */
import { ChannelError } from '#shared/orders/channel-error.ts'
import { sweepTurnKey } from '#shared/orders/order-key.ts'
import { createDynamoLease } from '#shared/stores/dynamo-lease.ts'
import { createCallBudget } from '#shared/http/call-budget.ts'
import type { CallBudget } from '#shared/http/call-budget.ts'
import type { WechatPay } from '#shared/wechat/wechat-pay.ts'
import { createTurn } from '#functions/sweep/turn.ts'
import { MCHID } from '#test/support/orders.ts'
import type { State } from './state.ts'

/** What WeChat allows in a second (doc merchant/4013071036). */
const FAILING_CALLS = 6
const SECOND = 1000

interface Time {
  readonly clock: { readonly now: () => number }
  readonly pause: (milliseconds: number) => Promise<void>
}

type Outcome<Result> = { readonly result: Result } | { readonly error: unknown }

/** Kept by a container, like its budget. */
export interface SweepWire {
  limited(wechat: WechatPay, signal: AbortSignal): WechatPay
  readonly turn: ReturnType<typeof createTurn>
}

export function createSweepWire(state: State, time: Time): SweepWire {
  const budget = createCallBudget(time)
  const lease = createDynamoLease({
    client: state.dynamo.client,
    tableName: 'orders',
    key: sweepTurnKey(MCHID),
  })
  return {
    turn: createTurn({ ...time, lease, budget }),
    limited: (wechat, signal) => limited({ state, budget, clock: time.clock, signal }, wechat),
  }
}

interface Limit {
  readonly state: State
  readonly budget: CallBudget
  readonly clock: Time['clock']
  readonly signal: AbortSignal
}

function limited({ state, budget, clock, signal }: Limit, wechat: WechatPay): WechatPay {
  const through = async <Result>(call: () => Promise<Result>): Promise<Result> => {
    const outcome = await budget.run(
      async (): Promise<Outcome<Result>> => {
        const answer = await untilAborted(call(), signal).then(
          (result) => ({ result }),
          (error: unknown) => ({ error }),
        )
        if (isFailure(answer)) failedAt(state, clock.now())
        return answer
      },
      { fails: isFailure, signal },
    )
    if ('error' in outcome) throw outcome.error
    return outcome.result
  }
  return {
    ...wechat,
    queryOrder: (...args) => through(() => wechat.queryOrder(...args)),
    closeOrder: (...args) => through(() => wechat.closeOrder(...args)),
    queryRefund: (...args) => through(() => wechat.queryRefund(...args)),
    createRefund: (...args) => through(() => wechat.createRefund(...args)),
  }
}

/** As the transport: a call ends with the time of its run. */
function untilAborted<Result>(call: Promise<Result>, signal: AbortSignal): Promise<Result> {
  const { promise, reject } = Promise.withResolvers<never>()
  const abort = () => reject(new ChannelError('timeout', 'out of time', { certain: false }))
  signal.addEventListener('abort', abort, { once: true })
  return Promise.race([call, promise]).finally(() => signal.removeEventListener('abort', abort))
}

/** That WeChat does not know what it was asked about is an answer like any other. */
function isFailure(outcome: Outcome<unknown>): boolean {
  return 'error' in outcome && !(outcome.error instanceof ChannelError && outcome.error.code === 'not_found')
}

function failedAt({ failures, violations }: State, now: number): void {
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
