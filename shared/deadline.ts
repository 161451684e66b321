/** Time limits of a whole invocation. */
import { AppError } from './errors.ts'
import { WIND_UP_MS } from './time-limits.ts'

/** Work that has a limit. */
export interface Limited {
  /** For calls to others: fires while there is still time to record what became of them. */
  readonly signal: AbortSignal
}

/** Its signal is made when somebody asks for it: most work is done before anybody does. */
class Deadline implements Limited {
  readonly #windUpMs: number
  readonly #fail: (error: AppError) => void
  #timer: ReturnType<typeof setTimeout>
  #controller: AbortController | undefined
  #late = false

  constructor(ms: number, fail: (error: AppError) => void) {
    this.#windUpMs = Math.min(ms / 4, WIND_UP_MS)
    this.#fail = fail
    this.#timer = setTimeout(windUp, ms - this.#windUpMs, this)
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController()
    if (this.#late) this.#abort()
    return this.#controller.signal
  }

  windUp(): void {
    this.#late = true
    this.#abort()
    this.#timer = setTimeout(this.#fail, this.#windUpMs, new AppError('deadline_exceeded'))
  }

  end(): void {
    clearTimeout(this.#timer)
  }

  #abort(): void {
    this.#controller?.abort(new AppError('deadline_exceeded'))
  }
}

function windUp(deadline: Deadline): void {
  deadline.windUp()
}

/**
 * Runs work within `ms`. Its signal fires while a quarter of the time (at most `WIND_UP_MS`) is left, so that the work can still
 * record an outcome that became unknown; at the end the answer no longer waits for it.
 */
export function withDeadline<Result>(
  ms: number,
  work: (limited: Limited) => Promise<Result>,
): Promise<Result> {
  return new Promise<Result>((resolve, reject) => {
    const deadline = new Deadline(ms, reject)
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
