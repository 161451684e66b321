/** Time limits of a whole invocation. */
import { AppError } from './errors.ts'
import { WIND_UP_MS } from './time-limits.ts'

/**
 * Runs work within `ms`. Its signal fires while a quarter of the time (at most `WIND_UP_MS`) is left, so that the work can still
 * record an outcome that became unknown; at the end the answer no longer waits for it.
 */
export async function withDeadline<Result>(
  ms: number,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController()
  const { promise: expired, reject } = Promise.withResolvers<never>()
  const late = setTimeout(
    () => controller.abort(new AppError('deadline_exceeded')),
    ms - Math.min(ms / 4, WIND_UP_MS),
  )
  const end = setTimeout(() => reject(new AppError('deadline_exceeded')), ms)
  try {
    return await Promise.race([work(controller.signal), expired])
  } finally {
    clearTimeout(late)
    clearTimeout(end)
  }
}
