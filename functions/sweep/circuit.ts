/** Ends the calls of one run to a channel that is not to be had; nothing is lost, the next run goes on. */
import { ChannelError } from '#shared/orders/channel-error.ts'
import type { DrivenChannel } from './drive-deps.ts'

/**
 * So many calls in a row without an answer mean that WeChat is not to be had. Where half of them fail, and as long as a run
 * lasts, that many in a row come from it once in dozens of runs.
 */
const BREAK_AFTER = 12

export interface Circuit {
  /** Makes the call. @throws CircuitOpen without calling when WeChat is not to be had */
  run<Result>(call: () => Promise<Result>): Promise<Result>
  readonly open: boolean
}

/** The run stops calling WeChat. */
export class CircuitOpen extends Error {
  override readonly name = 'CircuitOpen'
}

export function createCircuit(): Circuit {
  let failures = 0
  return {
    async run(call) {
      if (failures >= BREAK_AFTER) throw new CircuitOpen('too many calls to WeChat failed in a row')
      try {
        const result = await call()
        failures = 0
        return result
      } catch (error) {
        failures = isRefusal(error) ? 0 : failures + 1
        throw error
      }
    },
    get open() {
      return failures >= BREAK_AFTER
    },
  }
}

/** Whether WeChat answered the call, if only that it would not do it. A wrong signature (401) speaks of us and of nothing else. */
export function isRefusal(error: unknown): boolean {
  return (
    error instanceof ChannelError &&
    error.certain &&
    error.httpStatus !== 401 &&
    error.code !== 'not_sent' &&
    error.code !== 'rate_limited'
  )
}

export function withCircuit(channel: DrivenChannel, circuit: Circuit): DrivenChannel {
  const { unfreeze, unsplitAmount } = channel
  return {
    queryOrder: (...args) => circuit.run(() => channel.queryOrder(...args)),
    closeOrder: (...args) => circuit.run(() => channel.closeOrder(...args)),
    queryRefund: (...args) => circuit.run(() => channel.queryRefund(...args)),
    createRefund: (...args) => circuit.run(() => channel.createRefund(...args)),
    ...(unfreeze === undefined ? {} : { unfreeze: (...args) => circuit.run(() => unfreeze(...args)) }),
    ...(unsplitAmount === undefined
      ? {}
      : { unsplitAmount: (...args) => circuit.run(() => unsplitAmount(...args)) }),
  }
}
