import { describe, expect, it } from 'vitest'
import { createTimeline } from '#simulator/timeline.ts'

const clock = { now: () => 1_000_000 }
const manual = () => createTimeline({ clock, timeScale: 1, timers: 'manual' })

describe('a timeline by hand', () => {
  it('runs what falls due in order, what that schedules included, and waits for it', async () => {
    const timeline = manual()
    const seen: string[] = []
    timeline.after(20, () => void seen.push('b'))
    timeline.after(10, async () => {
      await Promise.resolve()
      seen.push('a')
      timeline.after(15, () => void seen.push('c'))
    })
    timeline.after(31, () => void seen.push('late'))
    await timeline.advance(30)
    expect([seen, timeline.now(), timeline.wall()]).toEqual([['a', 'b', 'c'], 1_000_030, 1_000_000])
  })

  it('waits for what is under way before it jumps, because that may schedule a repeat within the jump', async () => {
    const timeline = manual()
    const seen: string[] = []
    const { promise: answered, resolve: answer } = Promise.withResolvers<void>()
    timeline.after(0, async () => {
      await answered
      timeline.after(15, () => void seen.push('repeat'))
    })
    const flushed = timeline.runWaiting()
    const jumped = timeline.advance(30)
    answer()
    await Promise.all([flushed, jumped])
    expect(seen).toEqual(['repeat'])
  })

  it('does not run what was cancelled or what comes after the end', async () => {
    const timeline = manual()
    const seen: string[] = []
    timeline.after(1, () => void seen.push('cancelled'))()
    await timeline.advance(1)
    timeline.after(1, () => void seen.push('stopped'))
    timeline.stop()
    timeline.after(1, () => void seen.push('after the end'))
    await timeline.advance(10)
    expect(seen).toEqual([])
  })

  it('runs everything that waits at once without moving time, but not what that schedules', async () => {
    const timeline = manual()
    const seen: string[] = []
    timeline.after(60_000, () => {
      seen.push('first')
      timeline.after(0, () => void seen.push('second'))
    })
    await timeline.runWaiting()
    expect([seen, timeline.now()]).toEqual([['first'], 1_000_000])
  })
})

describe('a timeline on the clock', () => {
  it('divides waits by the time scale and can be jumped ahead', async () => {
    const timeline = createTimeline({ clock: { now: () => Date.now() }, timeScale: 100_000, timers: 'real' })
    await new Promise<void>((resolve) => timeline.after(1_000_000, resolve))
    const slow = createTimeline({ clock: { now: () => Date.now() }, timeScale: 1, timers: 'real' })
    const jumped = new Promise<void>((resolve) => slow.after(86_400_000, resolve))
    await slow.advance(86_400_000)
    await jumped
    expect(slow.now() - slow.wall()).toBeGreaterThan(86_390_000)
    timeline.stop()
    slow.stop()
  })
})
