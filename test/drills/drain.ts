/** After the fault: time passes and the sweep runs, as it does every minute, until nothing is left to do. */
import { until } from '#test/support/until.ts'
import { audit, isClean } from './audit.ts'
import type { Audit } from './audit.ts'
import type { World } from './world.ts'

const MINUTE = 60_000
/** More than the longest pause between two looks at one thing that is open. */
const ROUND_MS = 35 * MINUTE
const ROUNDS = 4
const ROUND_WAIT = { timeoutMs: 15_000, pollMs: 250 }

/**
 * @returns the audit of the moment when all was done, or of the end when it never was; and how many runs of the sweep it took.
 */
export async function drain(world: World): Promise<{ readonly result: Audit; readonly sweeps: number }> {
  let result = await audit(world)
  let sweeps = 0
  while (sweeps < ROUNDS) {
    await world.sweepAfter(ROUND_MS)
    sweeps += 1
    // What the sweep only now got through to WeChat.
    await world.finishRefunds()
    await until(
      async () => {
        result = await audit(world)
        return isClean(result)
      },
      'a clean audit',
      ROUND_WAIT,
    ).catch(() => {})
    if (isClean(result)) break
  }
  return { result, sweeps }
}
