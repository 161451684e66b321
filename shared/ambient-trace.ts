/** What is running now: set by the frame of a function, read where a log line is written, a metric counted or a message sent. */
import { AsyncLocalStorage } from 'node:async_hooks'
import type { Tally } from './tally.ts'
import type { Trace } from './trace.ts'

interface Work {
  readonly trace: Trace
  readonly tally?: Tally | undefined
}

const ambient = new AsyncLocalStorage<Work>()

/** Runs the work, and all that it waits for, as part of the trace. Goes on counting in the tally of what it is a part of. */
export function withTrace<Result>(trace: Trace, work: () => Result): Result {
  return ambient.run({ trace, tally: ambient.getStore()?.tally }, work)
}

/** The same; what is counted meanwhile waits in the tally. */
export function withTally<Result>(trace: Trace, tally: Tally, work: () => Result): Result {
  return ambient.run({ trace, tally }, work)
}

/** Undefined outside of any function, as in a command line. */
export function currentTrace(): Trace | undefined {
  return ambient.getStore()?.trace
}

/** Undefined where no line ends the work. */
export function currentTally(): Tally | undefined {
  return ambient.getStore()?.tally
}
