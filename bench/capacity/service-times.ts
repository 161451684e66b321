/** How long single invocations take on Lambda, from what was measured here. */
import type { LocalStack } from '#local/stack-options.ts'

/** Lambda gives a function of 512 MB about a third of a core. */
export const SLOWER = 3

/** Milliseconds of each invocation, by operation, without the first ones, which were cold. */
export function measuredTimes(stack: LocalStack, cold: number): Readonly<Record<string, readonly number[]>> {
  const entries = stack.lambda.functions.map(({ name, operation }) => {
    // The clock of the runtime has whole milliseconds: half of one is added to what it cut off.
    const times = stack.logs.reports(name).map(({ durationMs }) => durationMs + 0.5)
    return [operation, times.slice(cold)] as const
  })
  return Object.fromEntries(entries)
}

/** Seconds on Lambda: what waits for WeChat waits as long there, what computes takes longer. */
export function onLambda(measured: readonly number[], wechatMs: number): readonly number[] {
  return measured.map((ms) => (wechatMs + Math.max(0, ms - wechatMs) * SLOWER) / 1000)
}

export function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length
}

/** How long the slowest of several is, as the mean over all that can be drawn from these. */
export function meanOfSlowest(values: readonly number[], drawn: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  // The slowest is the one at a place when all are at or before it, and not all before.
  const share = (place: number): number => (place / sorted.length) ** drawn
  return sorted.reduce((sum, value, index) => sum + value * (share(index + 1) - share(index)), 0)
}
