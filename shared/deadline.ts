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
  #controller: AbortController | undefined
  #late = false

  get signal(): AbortSignal {
    this.#controller ??= new AbortController()
    if (this.#late) this.#abort()
    return this.#controller.signal
  }

  windUp(): void {
    this.#late = true
    this.#abort()
  }

  #abort(): void {
    this.#controller?.abort(new AppError('deadline_exceeded'))
  }
}

/**
 * Runs work within `ms`. Its signal fires while a quarter of the time (at most `WIND_UP_MS`) is left, so that the work can still
 * record an outcome that became unknown; at the end the answer no longer waits for it.
 */
export function withDeadline<Result>(
  ms: number,
  work: (limited: Limited) => Promise<Result>,
): Promise<Result> {
  const deadline = new Deadline()
  const windUpMs = Math.min(ms / 4, WIND_UP_MS)
  return new Promise<Result>((resolve, reject) => {
    let timer = setTimeout(() => {
      deadline.windUp()
      timer = setTimeout(() => reject(new AppError('deadline_exceeded')), windUpMs)
    }, ms - windUpMs)
    // What is thrown before there is anything to wait for ends the time as well.
    const begun = async () => work(deadline)
    begun()
      .then(resolve, reject)
      .finally(() => clearTimeout(timer))
  })
}
