/** Processor time of other processes and of the machine, as Linux counts it. */
import { readdirSync, readFileSync } from 'node:fs'

const NANOSECONDS = 1_000_000
/** The unit of `/proc/stat`: a hundredth of a second on every machine that Node.js runs on. */
const TICK_MS = 10
/** Of its columns those for which no processor is there: idle, and waiting for a disk. */
const FREE = new Set([3, 4])
/** The columns after these are counted in others already. */
const COLUMNS = 8

/** Milliseconds that the threads of these processes have used since they began; one that has ended counts as nothing. */
export function processorMs(pids: readonly number[]): number {
  return summedMs(pids, 0)
}

/** Milliseconds that they were ready to go on and had no processor, since they began. */
export function delayedMs(pids: readonly number[]): number {
  return summedMs(pids, 1)
}

/** Milliseconds that the processors of this machine have worked for anybody, that of another machine on the same host included; nothing where Linux does not count. */
export function machineMs(): number {
  const [total = ''] = orNothing(() => readFileSync('/proc/stat', 'utf8'), '').split('\n', 1)
  const ticks = total
    .trim()
    .split(/\s+/)
    .slice(1, 1 + COLUMNS)
    .map(Number)
  return ticks.reduce((sum, column, index) => (FREE.has(index) ? sum : sum + column), 0) * TICK_MS
}

function threadsOf(pid: number): readonly string[] {
  const directory = `/proc/${pid}/task`
  return orNothing(() => readdirSync(directory), []).map((thread) => `${directory}/${thread}/schedstat`)
}

/** The first number of each file is the time on a processor, the second that of waiting for one. */
function summedMs(pids: readonly number[], place: 0 | 1): number {
  const nanoseconds = (file: string) =>
    Number(orNothing(() => readFileSync(file, 'utf8'), '0 0').split(' ')[place])
  return pids.flatMap(threadsOf).reduce((sum, file) => sum + nanoseconds(file), 0) / NANOSECONDS
}

/** A process, or a thread of it, may end while it is looked at. */
function orNothing<Read>(read: () => Read, nothing: Read): Read {
  try {
    return read()
  } catch {
    return nothing
  }
}
