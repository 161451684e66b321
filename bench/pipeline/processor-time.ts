/** Processor time of other processes, as Linux counts it. */
import { readdirSync, readFileSync } from 'node:fs'

const NANOSECONDS = 1_000_000

/** Milliseconds that the threads of these processes have used since they began; one that has ended counts as nothing. */
export function processorMs(pids: readonly number[]): number {
  return pids.flatMap(threadsOf).reduce((sum, file) => sum + nanosecondsOf(file), 0) / NANOSECONDS
}

function threadsOf(pid: number): readonly string[] {
  const directory = `/proc/${pid}/task`
  return orNothing(() => readdirSync(directory), []).map((thread) => `${directory}/${thread}/schedstat`)
}

/** The first number of the file is the time on a processor. */
function nanosecondsOf(file: string): number {
  return Number(orNothing(() => readFileSync(file, 'utf8'), '0').split(' ')[0])
}

/** A process, or a thread of it, may end while it is looked at. */
function orNothing<Read>(read: () => Read, nothing: Read): Read {
  try {
    return read()
  } catch {
    return nothing
  }
}
