/** The trace of what is running now: set by the frame of a function, read where a log line is written or a message sent. */
import { AsyncLocalStorage } from 'node:async_hooks'
import type { Trace } from './trace.ts'

const ambient = new AsyncLocalStorage<Trace>()

/** Runs the work, and all that it waits for, as part of the trace. */
export function withTrace<Result>(trace: Trace, work: () => Result): Result {
  return ambient.run(trace, work)
}

/** Undefined outside of any function, as in a command line. */
export function currentTrace(): Trace | undefined {
  return ambient.getStore()
}
