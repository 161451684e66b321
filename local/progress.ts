/** Tells of each step of the start, and how long it took. */
export interface Progress {
  <T>(step: string, work: Promise<T>): Promise<T>
  /** The last step, with the time since the beginning. */
  done(step: string): void
}

/** @param tell takes one line without its newline. */
export function createProgress(tell: (line: string) => void): Progress {
  const beganAtMs = performance.now()
  const line = (step: string, sinceMs: number) =>
    tell(`${step} (${Math.round(performance.now() - sinceMs)} ms)`)
  const follow = async <T>(step: string, work: Promise<T>): Promise<T> => {
    const startedAtMs = performance.now()
    const result = await work
    line(step, startedAtMs)
    return result
  }
  return Object.assign(follow, { done: (step: string) => line(step, beganAtMs) })
}
