/** Virtual time: events run in order of time, then of asking; nothing waits for real. */

export interface Scheduler {
  /** Epoch ms. */
  readonly now: () => number
  after(delayMs: number, task: () => void): void
  at(time: number, task: () => void): void
  /** Runs the next event and everything that follows from it at once. @returns false when none is left. */
  step(): Promise<boolean>
  /** When the next event is, undefined when none waits. */
  readonly next: number | undefined
}

interface Event {
  readonly time: number
  readonly order: number
  readonly task: () => void
}

export function createScheduler(start: number): Scheduler {
  // Latest first, so that the next event is the last element.
  const events: Event[] = []
  let now = start
  let asked = 0
  const at = (time: number, task: () => void) => {
    const event = { time: Math.max(Math.ceil(time), now), order: (asked += 1), task }
    let index = events.length
    while (index > 0 && events[index - 1]!.time <= event.time) index -= 1
    events.splice(index, 0, event)
  }
  return {
    now: () => now,
    at,
    after: (delayMs, task) => at(now + delayMs, task),
    async step() {
      const event = events.pop()
      if (event === undefined) return false
      now = event.time
      event.task()
      await everythingElse()
      return true
    },
    get next() {
      return events.at(-1)?.time
    },
  }
}

/** Node runs a tick only when no microtask is left, so every continuation of the event has run by then: no timer needed. */
function everythingElse(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve))
}
