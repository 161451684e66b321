/** Timers that limits keep between two calls: each call has its own time, whatever became of the one before. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { currentTrace, withTrace } from '#shared/ambient-trace.ts'
import { withDeadline } from '#shared/deadline.ts'
import type { Limited } from '#shared/deadline.ts'
import { keptTimers } from '#shared/timer.ts'
import { continueTrace } from '#shared/trace.ts'

const LIMIT_MS = 1000
/** A quarter of the time is left for winding up. */
const SIGNAL_MS = 750

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
afterEach(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
})

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)
const takes = (ms: number) => () => new Promise<void>((resolve) => setTimeout(resolve, ms))
const hangs = () => new Promise<never>(() => {})

function setUp() {
  const timer = keptTimers()
  const call = (work: (limited: Limited) => Promise<unknown>, ms = LIMIT_MS) => {
    const ended = { after: undefined as string | undefined }
    void withDeadline(ms, work, timer()).then(
      () => (ended.after = 'work'),
      ({ code }: { readonly code: string }) => (ended.after = code),
    )
    return ended
  }
  return { timer, call }
}

describe('a kept timer', () => {
  it('is made once for calls that come one after the other', async () => {
    const { call } = setUp()
    const made = vi.spyOn(globalThis, 'setTimeout')
    for (let count = 0; count < 3; count += 1) {
      expect(call(async () => 'at once').after).toBeUndefined()
      await pass(0)
    }
    expect(made).toHaveBeenCalledOnce()
  })

  it('gives each call all of its time', async () => {
    const { call } = setUp()
    call(takes(SIGNAL_MS - 1))
    await pass(SIGNAL_MS - 1)
    let signal: AbortSignal | undefined
    const second = call(async (limited) => {
      ;({ signal } = limited)
      return hangs()
    })
    await pass(SIGNAL_MS - 1)
    expect(signal?.aborted).toBe(false)
    await pass(1)
    expect([signal?.aborted, second.after]).toEqual([true, undefined])
    await pass(LIMIT_MS - SIGNAL_MS)
    expect(second.after).toBe('deadline_exceeded')
  })

  it('rings nobody when the call is over, and the next one all the same when its time has run out meanwhile', async () => {
    const { timer } = setUp()
    const told = { ring: vi.fn<() => void>() }
    const kept = timer()
    kept.start(LIMIT_MS, told)
    kept.stop()
    await pass(LIMIT_MS)
    expect(told.ring).not.toHaveBeenCalled()
    timer().start(LIMIT_MS, told)
    await pass(LIMIT_MS - 1)
    expect(told.ring).not.toHaveBeenCalled()
    await pass(1)
    expect(told.ring).toHaveBeenCalledOnce()
  })

  it('keeps a process alive only while a call runs', async () => {
    vi.useRealTimers()
    const made = vi.spyOn(globalThis, 'setTimeout')
    const { timer } = setUp()
    const alive = () => made.mock.results.map(({ value }) => (value as NodeJS.Timeout).hasRef())
    const first = timer()
    first.start(LIMIT_MS, { ring: () => {} })
    expect(alive()).toEqual([true])
    first.stop()
    expect(alive()).toEqual([false])
    const second = timer()
    second.start(LIMIT_MS, { ring: () => {} })
    expect(alive()).toEqual([true])
    second.stop()
    expect(alive()).toEqual([false])
  })

  it('works again after it has rung', async () => {
    const { call } = setUp()
    call(takes(LIMIT_MS - 1))
    await pass(LIMIT_MS - 1)
    const second = call(hangs)
    await pass(LIMIT_MS - 1)
    expect(second.after).toBeUndefined()
    await pass(1)
    expect(second.after).toBe('deadline_exceeded')
  })

  it('is shared by no two calls at once', async () => {
    const { call } = setUp()
    call(async () => 'at once')
    await pass(0)
    const first = call(hangs)
    await pass(500)
    const second = call(hangs)
    await pass(500)
    expect([first.after, second.after]).toEqual(['deadline_exceeded', undefined])
    await pass(500)
    expect(second.after).toBe('deadline_exceeded')
  })

  it('is not taken from a later call by work that ends too late', async () => {
    const { call } = setUp()
    const late = call(takes(LIMIT_MS + 200))
    await pass(LIMIT_MS + 100)
    expect(late.after).toBe('deadline_exceeded')
    const next = call(hangs)
    await pass(LIMIT_MS)
    expect(next.after).toBe('deadline_exceeded')
  })

  it('limits a call with another time', async () => {
    const { call } = setUp()
    call(async () => 'at once')
    await pass(0)
    const shorter = call(hangs, 100)
    await pass(100)
    expect(shorter.after).toBe('deadline_exceeded')
  })

  it('sets off what a signal does in the trace of its own call', async () => {
    const { call } = setUp()
    const heard: unknown[] = []
    const [first, second] = [continueTrace(), continueTrace()]
    withTrace(first, () => call(async () => 'at once'))
    await pass(0)
    withTrace(second, () =>
      call(async ({ signal }) => {
        signal.addEventListener('abort', () => heard.push(currentTrace()))
        return hangs()
      }),
    )
    await pass(LIMIT_MS)
    expect(heard).toEqual([second])
  })
})
