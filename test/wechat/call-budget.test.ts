/** The budget in virtual time, against a WeChat that answers whatever and whenever it likes. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createCallBudget } from '#shared/http/call-budget.ts'
import { TransportError } from '#shared/http/transport.ts'
import { mostInASecond } from '#test/support/most-in-a-second.ts'
import { virtualTime } from '#test/support/virtual-time.ts'

interface Answer {
  /** From the call to its answer, ms. */
  readonly after: number
  readonly good: boolean
}

interface Made extends Answer {
  readonly at: number
}

const WORKERS = 16

/** As many workers as the sweep has, each with its next call as soon as the one before is answered. */
async function played(answers: readonly Answer[]): Promise<{ calls: readonly Made[]; seconds: number }> {
  const time = { now: 1_000_000 }
  const { pause, run } = virtualTime(time)
  const budget = createCallBudget({ clock: { now: () => time.now }, pause })
  const calls: Made[] = []
  const left = [...answers]
  const worker = async () => {
    for (let answer = left.shift(); answer !== undefined; answer = left.shift()) {
      const { after, good } = answer
      const call = async () => {
        calls.push({ at: time.now, after, good })
        await pause(after)
        return good
      }
      await budget.run(call, { fails: (fine) => !fine, signal: undefined })
    }
  }
  await run(Promise.all(Array.from({ length: WORKERS }, worker)))
  return { calls, seconds: (time.now - 1_000_000) / 1000 }
}

const failing = (calls: readonly Made[]) => calls.filter(({ good }) => !good)

describe('the call budget', () => {
  it('lets fewer than 6 calls fail in any second, by when they are made and by when they are answered', async () => {
    const answer = fc.record({
      after: fc.oneof(fc.constantFrom(1, 50, 200, 1000), fc.integer({ min: 0, max: 5000 })),
      good: fc.boolean(),
    })
    const spell = fc
      .tuple(fc.array(answer, { minLength: 1, maxLength: 3 }), fc.integer({ min: 1, max: 40 }))
      .map(([pattern, times]) => Array.from({ length: times }, () => pattern).flat())
    const weather = fc.array(spell, { minLength: 1, maxLength: 4 }).map((spells) => spells.flat())
    await fc.assert(
      fc.asyncProperty(weather, async (answers) => {
        const { calls } = await played(answers)
        expect(calls).toHaveLength(answers.length)
        expect(mostInASecond(failing(calls).map(({ at }) => at))).toBeLessThan(6)
        expect(mostInASecond(failing(calls).map(({ at, after }) => at + after))).toBeLessThan(6)
        expect(mostInASecond(calls.map(({ at }) => at))).toBeLessThanOrEqual(50)
      }),
      { numRuns: 60 },
    )
  })

  it('holds also when all that is under way fails at the same moment, after a long time without a failure', async () => {
    const fine = Array.from({ length: 300 }, () => ({ after: 180, good: true }))
    const broken = Array.from({ length: 60 }, (_, index) => ({ after: 400 - (index % 5) * 20, good: false }))
    const { calls } = await played([...fine, ...broken, ...fine])
    const ends = failing(calls).map(({ at, after }) => at + after)
    expect(mostInASecond(ends)).toBe(5)
    // Half of what WeChat allows, over the whole of an outage.
    const lasted = (Math.max(...ends) - Math.min(...ends)) / 1000
    expect(ends.length / lasted).toBeLessThanOrEqual(3.2)
  })

  it.each([
    [50, 50],
    [100, 50],
    [200, 25],
    [400, 12.5],
  ])('makes, at %i ms a call and no failure, %d calls a second or nearly', async (after, perSecond) => {
    const { calls, seconds } = await played(Array.from({ length: 400 }, () => ({ after, good: true })))
    expect(calls.length / seconds).toBeGreaterThan(0.97 * perSecond)
    expect(calls.length / seconds).toBeLessThanOrEqual(1.03 * perSecond)
  })

  it('says when its failures no longer count, a call without an answer among them', async () => {
    const time = { now: 1_000_000 }
    const quietIn = async (call: () => Promise<boolean>) => {
      const budget = createCallBudget({ clock: { now: () => time.now }, pause: async () => {} })
      await budget.run(call, { fails: (fine) => !fine, signal: undefined }).catch(() => {})
      return budget.quietFrom - time.now
    }
    expect(await quietIn(async () => true)).toBeLessThanOrEqual(0)
    expect(await quietIn(async () => false)).toBeGreaterThanOrEqual(1000)
    expect(await quietIn(async () => Promise.reject(new Error('cut')))).toBeGreaterThanOrEqual(1000)
  })

  it('sends nothing once the signal has fired, and lets nobody wait any longer', async () => {
    const budget = createCallBudget({ clock: { now: () => 0 }, pause: async () => {} })
    const stop = new AbortController()
    let sent = 0
    const full = Promise.withResolvers<void>()
    const hang = () => {
      sent += 1
      if (sent === 5) full.resolve()
      return new Promise<never>(() => {})
    }
    const waiting = Array.from({ length: 16 }, () =>
      budget.run(hang, { fails: () => true, signal: stop.signal }).catch((error: unknown) => error),
    )
    await full.promise
    stop.abort()
    expect(await Promise.all(waiting.slice(5))).toEqual(
      Array.from({ length: 11 }, () => new TransportError('aborted', false)),
    )
    expect(sent).toBe(5)
  })
})
