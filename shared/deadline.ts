/** Time limits of a whole invocation. */
import { AsyncLocalStorage } from 'node:async_hooks'
import { AppError } from './errors.ts'
import { WIND_UP_MS } from './time-limits.ts'
import { NewTimer } from './timer.ts'
import type { Timer, Told } from './timer.ts'

/** Work that has a limit. */
export interface Limited {
  /** For calls to others: fires while there is still time to record what became of them. */
  readonly signal: AbortSignal
}

/** Its signal is made when somebody asks for it: most work is done before anybody does. */
class Deadline implements Limited, Told {
  readonly #timer: Timer
  readonly #windUpMs: number
  readonly #fail: (error: AppError) => void
  #controller: AbortController | undefined
  #late = false
  /** Runs what the signal sets off in the trace of whoever asked for it, whoever's timer it is. */
  #inTrace: ReturnType<typeof AsyncLocalStorage.snapshot> | undefined

  constructor(ms: number, timer: Timer, fail: (error: AppError) => void) {
    this.#windUpMs = Math.min(ms / 4, WIND_UP_MS)
    this.#timer = timer
    this.#fail = fail
    timer.start(ms - this.#windUpMs, this)
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController()
      this.#inTrace = AsyncLocalStorage.snapshot()
      if (this.#late) this.#abort()
    }
    return this.#controller.signal
  }

  ring(): void {
    if (this.#late) return this.#fail(new AppError('deadline_exceeded'))
    this.#late = true
    this.#timer.start(this.#windUpMs, this)
    this.#inTrace?.(() => this.#abort())
  }

  end(): void {
    this.#timer.stop()
  }

  #abort(): void {
    this.#controller?.abort(new AppError('deadline_exceeded'))
  }
}

/**
 * Runs work within `ms`. Its signal fires while a quarter of the time (at most `WIND_UP_MS`) is left, so that the work can still
 * record an outcome that became unknown; at the end the answer no longer waits for it.
 *
 * @param timer of nobody else until the work is done. @default a new one
 */
export function withDeadline<Result>(
  ms: number,
  work: (limited: Limited) => Promise<Result>,
  timer: Timer = new NewTimer(),
): Promise<Result> {
  return new Promise<Result>((resolve, reject) => {
    const deadline = new Deadline(ms, timer, reject)
    const fail = (error: unknown) => {
      deadline.end()
      reject(error)
    }
    try {
      work(deadline).then((result) => {
        deadline.end()
        resolve(result)
      }, fail)
    } catch (error) {
      // Thrown before there was anything to wait for.
      fail(error)
    }
  })
}
