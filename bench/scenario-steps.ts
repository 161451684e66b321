/** When scenarios do what. */
import { setTimeout as delay } from 'node:timers/promises'

/** As many things go on beside one another. */
export const AT_ONCE = 4

/** What Lambda measures of an invocation comes after the request that was waited for. */
export async function lastReports(): Promise<void> {
  await delay(300)
}

export async function eachOf(count: number, step: (index: number) => Promise<unknown>): Promise<void> {
  let next = 0
  const worker = async () => {
    for (let index = next++; index < count; index = next++) await step(index)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
}

export interface Pace {
  readonly perSecond: number
  /** So many are under way at most: a machine that cannot keep up begins fewer a second. */
  readonly atOnce: number
}

/** Begins so many a second. @returns how many a second did begin */
export async function paced(
  count: number,
  { perSecond, atOnce }: Pace,
  step: (index: number) => Promise<unknown>,
): Promise<number> {
  const started = performance.now()
  const underWay = new Set<Promise<unknown>>()
  for (let index = 0; index < count; index += 1) {
    await delay(Math.max(0, started + (index * 1000) / perSecond - performance.now()))
    if (underWay.size >= atOnce) await Promise.race(underWay)
    const one = step(index)
    underWay.add(one)
    one.then(
      () => underWay.delete(one),
      // It stays, so that whoever waits for one of them meets it.
      () => undefined,
    )
  }
  const seconds = (performance.now() - started) / 1000
  await Promise.all(underWay)
  return count / (seconds + 1 / perSecond)
}
