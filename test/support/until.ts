/** Waits for a condition that nobody announces, such as an item in a table. */
import { setTimeout as delay } from 'node:timers/promises'

const POLL_MS = 20

export interface Waiting {
  /** A safety net; what is on its way comes at once. @default 60 s */
  readonly timeoutMs?: number
  /** Between two looks. @default 20 ms */
  readonly pollMs?: number
}

/**
 * Resolves as soon as `find` gives something but undefined and false.
 *
 * @throws Error naming `what` when that does not happen in time.
 */
export async function until<Found>(
  find: () => Promise<Found | undefined | false>,
  what: string,
  { timeoutMs = 60_000, pollMs = POLL_MS }: Waiting = {},
): Promise<Found> {
  const end = Date.now() + timeoutMs
  for (;;) {
    const found = await find()
    if (found !== undefined && found !== false) return found
    if (Date.now() > end) throw new Error(`${what}: not within ${timeoutMs / 1000} s`)
    await delay(pollMs)
  }
}
