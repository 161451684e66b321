/** Processor time of other processes, as Linux counts it. */
import { readFileSync } from 'node:fs'

/** `getconf CLK_TCK` of every Linux that Node.js runs on. */
const TICK_MS = 10
/** Behind the name of the program, which may hold anything: utime and stime. */
const [UTIME, STIME] = [11, 12]

/** Milliseconds that these processes have used since they began; one that has ended counts as nothing. */
export function processorMs(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + ticksOf(pid) * TICK_MS, 0)
}

function ticksOf(pid: number): number {
  let text: string
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch {
    return 0
  }
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return Number(fields[UTIME]) + Number(fields[STIME])
}
