import { describe, expect, it } from 'vitest'
import { CircuitOpen, createCallBudget } from '#functions/sweep/call-budget.ts'
import { ChannelError } from '#shared/orders/channel-error.ts'
import type { ChannelErrorCode } from '#shared/orders/channel-error.ts'

function setUp() {
  const time = { now: 1_000_000 }
  const pauses: number[] = []
  const pause = async (ms: number) => {
    pauses.push(Math.round(ms))
    time.now += ms
  }
  const budget = createCallBudget({ clock: { now: () => time.now }, pause })
  const fail = (code: ChannelErrorCode | undefined, certain = true) =>
    budget
      .run(async () => {
        throw code === undefined ? new Error('own') : new ChannelError(code, code, { certain })
      })
      .catch((error: unknown) => error)
  return { time, pauses, budget, fail }
}

describe('the call budget', () => {
  it('lets the first call go at once, and each of the next 20 ms after the one before', async () => {
    const { time, pauses, budget } = setUp()
    for (let call = 0; call < 3; call += 1) expect(await budget.run(async () => call)).toBe(call)
    expect(pauses).toEqual([20, 20])
    time.now += 20
    await budget.run(async () => {})
    expect(pauses).toEqual([20, 20])
  })

  it('waits a third of a second after a failure', async () => {
    const { pauses, budget, fail } = setUp()
    await fail('refused')
    await budget.run(async () => {})
    expect(pauses).toEqual([353])
  })

  it('opens after five failures of unknown outcome in a row, and calls nobody then', async () => {
    const { budget, fail } = setUp()
    for (let failure = 0; failure < 4; failure += 1) await fail('timeout', false)
    expect(budget.open).toBe(false)
    await fail(undefined)
    expect(budget.open).toBe(true)
    let called = false
    const refused = await budget.run(async () => void (called = true)).catch((error: unknown) => error)
    expect([called, refused]).toEqual([false, new CircuitOpen('too many calls to WeChat failed in a row')])
    expect(refused).toMatchObject({ name: 'CircuitOpen' })
  })

  it.each([
    ['a refusal', 'refused', true, false],
    ['one that was not sent', 'not_sent', true, true],
    ['a rate limit', 'rate_limited', true, true],
    ['an unknown outcome', 'server_error', false, true],
  ] as const)('counts %s as WeChat being there or not', async (_, code, certain, opens) => {
    const { budget, fail } = setUp()
    for (let failure = 0; failure < 5; failure += 1) await fail(code, certain)
    expect(budget.open).toBe(opens)
  })

  it('forgets failures after a success or an answer', async () => {
    const { budget, fail } = setUp()
    for (let round = 0; round < 3; round += 1) {
      for (let failure = 0; failure < 4; failure += 1) await fail('network', false)
      if (round === 0) await budget.run(async () => {})
      else await fail('not_found')
    }
    expect(budget.open).toBe(false)
  })
})
