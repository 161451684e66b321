/** Tells of each step of the start: how long it took, and while it takes long, that it goes on. */
export interface Progress {
  <T>(step: Step<T>, work: Promise<T>): Promise<T>
  /** The last step, with the time since the beginning. */
  done(step: string): void
}

export interface Step<T> {
  /** As in `creating the tables`. */
  readonly doing: string
  /** As in `tables created`. */
  readonly done: string | ((result: T) => string)
}

/** Nobody should look at a silent screen for longer. */
const FIRST_WORD_MS = 2000
const NEXT_WORD_MS = 5000

/** @param tell takes one line without its newline. */
export function createProgress(tell: (line: string) => void): Progress {
  const beganAtMs = performance.now()
  const line = (step: string, sinceMs: number) =>
    tell(`${step} (${Math.round(performance.now() - sinceMs)} ms)`)
  const follow = async <T>({ doing, done }: Step<T>, work: Promise<T>): Promise<T> => {
    const startedAtMs = performance.now()
    const goesOn = () => {
      tell(`… ${doing}, for ${Math.round((performance.now() - startedAtMs) / 1000)} s now`)
      timer = setTimeout(goesOn, NEXT_WORD_MS)
    }
    let timer = setTimeout(goesOn, FIRST_WORD_MS)
    try {
      const result = await work
      line(typeof done === 'string' ? done : done(result), startedAtMs)
      return result
    } finally {
      clearTimeout(timer)
    }
  }
  return Object.assign(follow, { done: (step: string) => line(step, beganAtMs) })
}
