/** WeChat's schedules on a clock that can be compressed (`timeScale`), driven by hand, or jumped ahead. */
import type { Clock } from '#shared/clock.ts'

const MAX_TIMEOUT_MS = 2 ** 31 - 1

/** Must not reject: whoever schedules a task handles its failures. */
export type Task = () => Promise<void> | void

export interface Timeline {
  /** The clock itself, epoch ms: what signatures carry. It is never scaled or jumped. */
  wall(): number
  /** The clock plus everything that was jumped, epoch ms: expiry rules and the times in answers. */
  now(): number
  /** WeChat's time since the start, what was jumped included, ms: what schedules are planned in. */
  elapsed(): number
  /** How much of it was jumped. */
  skipped(): number
  /** Runs a task after `delayMs` of WeChat's time (divided by the time scale). @returns a function that cancels it. */
  after(delayMs: number, task: Task): () => void
  /** Jumps ahead by `ms` of WeChat's time and runs, in order, what falls due; resolves when all of it is done. */
  advance(ms: number): Promise<void>
  /** Runs every waiting task once, now, without moving time; what these schedule waits as usual. */
  runWaiting(): Promise<void>
  stop(): void
}

export interface TimelineOptions {
  readonly clock: Clock
  /** How many times faster than the clock schedules run. */
  readonly timeScale: number
  /** `manual`: nothing happens but by `advance` and `runWaiting`. */
  readonly timers: 'real' | 'manual'
  /** What an earlier run jumped, ms. Default 0. */
  readonly skipped?: number
}

interface Waiting {
  readonly due: number
  readonly task: Task
}

/** Creates a timeline that starts now. */
export function createTimeline({ clock, timeScale, timers, skipped: before = 0 }: TimelineOptions): Timeline {
  const start = clock.now()
  const running = new Set<Promise<void>>()
  let waiting: Waiting[] = []
  let skipped = before
  let timer: NodeJS.Timeout | undefined
  let stopped = false

  // By hand means by hand: what a delivery takes on the real clock must not shift the schedule.
  const ticked = (): number => (timers === 'manual' ? 0 : (clock.now() - start) * timeScale)
  const scheduleNow = (): number => ticked() + skipped
  const earliest = (): number =>
    waiting.reduce((least, { due }) => Math.min(least, due), Number.POSITIVE_INFINITY)

  function run(ready: (entry: Waiting) => boolean): void {
    const due = waiting.filter(ready).sort((a, b) => a.due - b.due)
    waiting = waiting.filter((entry) => !due.includes(entry))
    for (const { task } of due) {
      const done: Promise<void> = Promise.resolve(task()).finally(() => running.delete(done))
      running.add(done)
    }
  }

  function arm(): void {
    clearTimeout(timer)
    if (timers === 'manual' || stopped || waiting.length === 0) return
    const delay = Math.min(Math.max(0, (earliest() - scheduleNow()) / timeScale), MAX_TIMEOUT_MS)
    timer = setTimeout(() => {
      const until = scheduleNow()
      run(({ due }) => due <= until)
      arm()
    }, delay)
  }

  const settled = async (): Promise<void> => {
    while (running.size > 0) await Promise.all(running)
  }

  return {
    wall: () => clock.now(),
    now: () => clock.now() + skipped,
    elapsed: scheduleNow,
    skipped: () => skipped,
    after(delayMs, task) {
      const entry: Waiting = { due: scheduleNow() + delayMs, task }
      if (!stopped) waiting.push(entry)
      arm()
      return () => {
        waiting = waiting.filter((other) => other !== entry)
      }
    },
    async advance(ms) {
      // What is under way already may schedule a repeat that falls into the jump.
      await settled()
      const target = scheduleNow() + ms
      for (let next = earliest(); next <= target; next = earliest()) {
        const until = next
        skipped += Math.max(0, until - scheduleNow())
        run(({ due }) => due <= until)
        await settled()
      }
      skipped += Math.max(0, target - scheduleNow())
      await settled()
      arm()
    },
    async runWaiting() {
      run(() => true)
      await settled()
      arm()
    },
    stop() {
      stopped = true
      waiting = []
      clearTimeout(timer)
    },
  }
}
