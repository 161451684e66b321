/** What a round of notifications takes, whoever works on it. */
import { cpus } from 'node:os'
import { machineMs, processorMs } from './processor-time.ts'
import type { Taken } from './section.ts'

export interface Round<Result> {
  readonly notifications: number
  /** The processes at work beside this one. */
  readonly pids: () => Readonly<Record<'taking' | 'settling', readonly number[]>>
  /** Batches settled so far. */
  readonly batches: () => number
  readonly run: () => Promise<Result>
}

export async function timed<Result>({ notifications, pids, batches, run }: Round<Result>) {
  const now = () => ({
    taking: processorMs(pids().taking),
    settling: processorMs(pids().settling),
    beside: ownMs(),
    machine: machineMs(),
    clock: performance.now(),
    batches: batches(),
  })
  const before = now()
  const result = await run()
  const after = now()
  const spent = (part: keyof typeof before) => after[part] - before[part]
  const each = (part: keyof typeof before) => spent(part) / notifications
  const others = Math.max(0, spent('machine') - spent('taking') - spent('settling') - spent('beside'))
  const taken: Taken = {
    perSecond: (notifications * 1000) / spent('clock'),
    msLeft: (spent('clock') - others / cpus().length) / notifications,
    others: others / cpus().length / spent('clock'),
    batch: notifications / spent('batches'),
    processorMsOf: { taking: each('taking'), settling: each('settling'), beside: each('beside') },
  }
  return { result, taken }
}

function ownMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
