/** Time that moves only when everybody waits: pauses end in order, without any real waiting. */
import { setImmediate as turn } from 'node:timers/promises'

export function virtualTime(time: { now: number }) {
  const timers: Array<{ at: number; resolve: () => void }> = []
  return {
    pause: (ms: number) => new Promise<void>((resolve) => void timers.push({ at: time.now + ms, resolve })),
    /** Runs work to its end, moving time on whenever nothing else can happen. */
    run: async <Result>(work: Promise<Result>): Promise<Result> => {
      let done = false
      const watched = work.finally(() => (done = true))
      watched.catch(() => {})
      for (;;) {
        await turn()
        if (done) return watched
        timers.sort((a, b) => b.at - a.at)
        const timer = timers.pop()
        if (timer === undefined) throw new Error('everybody waits and no time is set')
        time.now = Math.max(time.now, timer.at)
        timer.resolve()
      }
    },
  }
}
