/** Timers of limits. */

/** Who is told that a time is over. */
export interface Told {
  ring(): void
}

export interface Timer {
  /** Starts it, or starts it anew. */
  start(ms: number, told: Told): void
  /** Tells nobody, and keeps no process alive any more. */
  stop(): void
}

/** Made and taken away with each start. */
export class NewTimer implements Timer {
  #timer: ReturnType<typeof setTimeout> | undefined

  start(ms: number, told: Told): void {
    this.stop()
    this.#timer = setTimeout(ring, ms, told)
  }

  stop(): void {
    clearTimeout(this.#timer)
  }
}

/**
 * Timers for calls that come one after the other, each with the same time. A timer that is stopped stays with the system for the
 * next call, which takes a third of the time that a new one takes. What it rings is in the trace of the call that made it.
 *
 * @returns what gives a timer, which is its caller's until it is stopped.
 */
export function keptTimers(): () => Timer {
  const idle: KeptTimer[] = []
  return () => idle.pop() ?? new KeptTimer(idle)
}

class KeptTimer implements Timer {
  readonly #idle: KeptTimer[]
  #timer: ReturnType<typeof setTimeout> | undefined
  #ms: number | undefined
  #told: Told | undefined

  constructor(idle: KeptTimer[]) {
    this.#idle = idle
  }

  start(ms: number, told: Told): void {
    this.#told = told
    if (this.#timer !== undefined && ms === this.#ms) {
      this.#timer.refresh().ref()
      return
    }
    clearTimeout(this.#timer)
    this.#ms = ms
    this.#timer = setTimeout(ring, ms, this)
  }

  stop(): void {
    this.#told = undefined
    this.#timer?.unref()
    this.#idle.push(this)
  }

  ring(): void {
    this.#told?.ring()
  }
}

function ring(told: Told): void {
  told.ring()
}
