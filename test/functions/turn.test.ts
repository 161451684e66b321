import { describe, expect, it } from 'vitest'
import { createTurn } from '#functions/sweep/turn.ts'
import { SWEEP_INTERVAL_MS, SWEEP_TIMEOUT_MS } from '#shared/time-limits.ts'
import { memoryLease } from '#test/support/memory-lease.ts'
import { NOW } from '#test/support/orders.ts'
import { virtualTime } from '#test/support/virtual-time.ts'

function setUp() {
  const time = { now: NOW }
  const { pause, run } = virtualTime(time)
  const lease = memoryLease()
  const budget = { quietFrom: 0 }
  const turn = () => createTurn({ lease, budget, clock: { now: () => time.now }, pause })
  return { time, pause, run, lease, budget, turn }
}

describe('the turn of a run', () => {
  it('is had by one run; another one waits for its end', async () => {
    const { time, pause, run, turn } = setUp()
    const spans: Array<readonly [from: number, to: number]> = []
    const one = async () => {
      const end = await turn().take({})
      const from = time.now
      await pause(4000)
      spans.push([from, time.now])
      await end?.()
    }
    await run(Promise.all([one(), one(), one()]))
    const waits = spans.map(([from], index) => from - (spans[index - 1]?.[1] ?? NOW))
    expect(waits).toSatisfy((all: number[]) => all.every((wait) => wait >= 0 && wait <= 1000))
    expect(waits).toHaveLength(3)
  })

  it('ends by itself, soon after a run that died must have ended and not sooner', async () => {
    const { time, run, turn } = setUp()
    await turn().take({})
    await run(turn().take({}))
    expect(time.now - NOW).toBeGreaterThan(SWEEP_TIMEOUT_MS)
    expect(time.now - NOW).toBeLessThanOrEqual(SWEEP_INTERVAL_MS)
  })

  it('of a run that waited long for it and died is over with that run', async () => {
    const { time, pause, run, turn } = setUp()
    await turn().take({})
    await run(turn().take({}))
    const waitedUntil = time.now
    await run(pause(NOW + SWEEP_INTERVAL_MS - time.now))
    await run(turn().take({}))
    expect(waitedUntil - NOW).toBeGreaterThan(SWEEP_TIMEOUT_MS)
    expect(time.now - NOW - SWEEP_INTERVAL_MS).toBeLessThanOrEqual(1000)
  })

  it('ends no sooner than what failed in it stops counting', async () => {
    const { time, run, budget, turn } = setUp()
    const end = await turn().take({})
    budget.quietFrom = NOW + 1667
    await end?.()
    await run(turn().take({}))
    expect(time.now).toBeGreaterThanOrEqual(NOW + 1667)
  })

  it('is not waited for when the time is over', async () => {
    const { turn } = setUp()
    await turn().take({})
    expect(await turn().take({ signal: AbortSignal.abort() })).toBeUndefined()
  })
})
