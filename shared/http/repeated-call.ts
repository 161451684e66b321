/** A call that is made again where that is safe, and that never forgets an unknown outcome. */
import { setTimeout as delay } from 'node:timers/promises'
import { ChannelError } from '#shared/orders/channel-error.ts'
import { hasFired } from './exchange-error.ts'
import { pauseBeforeRetry } from './retry.ts'
import type { RetryBudget } from './retry-budget.ts'

export interface Turn {
  /** 1 for the first. */
  readonly attempt: number
  /** Whether no attempt before this one can have had an effect. */
  readonly certain: boolean
}

export interface Repetition {
  /** Whether a call that failed is made again at all. */
  readonly repeats: boolean
  readonly budget: RetryBudget
  /** Jitter, from 0 to below 1. */
  readonly random: () => number
  /** Waits; returns early, resolved or rejected, when the signal fires. */
  readonly sleep: (ms: number, signal: AbortSignal | undefined) => Promise<void>
}

interface Repeated {
  /** True only where the channel documents that repeating has no further effect. */
  readonly repeatable: boolean
  readonly signal?: AbortSignal | undefined
  /** Told of each failure after which there is another attempt. */
  readonly onRetry?: (failure: ChannelError) => void
}

/** @throws ChannelError; `certain` is true only if no attempt of this call can have had an effect. */
export async function repeatedCall<Answer>(
  { repeats, budget, random, sleep }: Repetition,
  { repeatable, signal, onRetry }: Repeated,
  attemptOnce: (turn: Turn) => Promise<Answer | ChannelError>,
): Promise<Answer> {
  let certain = true
  for (let attempt = 1; ; attempt += 1) {
    const result = await attemptOnce({ attempt, certain })
    if (!(result instanceof ChannelError)) return result
    // One unknown outcome taints all that follows: a later refusal may be the echo of the attempt that got through.
    certain &&= result.certain
    const ends = !repeats || hasFired(signal)
    const wait = ends ? undefined : pauseBeforeRetry(result, { repeatable, attempt, random })
    if (wait === undefined || !budget.take()) throw certain ? result : uncertain(result)
    onRetry?.(result)
    await sleep(wait, signal).catch(() => {})
  }
}

function uncertain(error: ChannelError): ChannelError {
  if (!error.certain) return error
  const { code, message, httpStatus, wechatCode, requestId } = error
  return new ChannelError(code, message, { certain: false, httpStatus, wechatCode, requestId, cause: error })
}

export async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  await delay(ms, undefined, signal === undefined ? {} : { signal })
}
