/** The processes that make the bare calls: as many as the functions have. */
import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Told } from './bare-process.ts'
import type { Place, Written } from './calls.ts'

const PROGRAM = join(import.meta.dirname, 'bare-process.ts')

export interface Bare {
  /** Rejects when one of them ends by itself. */
  readonly failed: Promise<never>
  readonly pids: Readonly<Record<'taking' | 'settling', readonly number[]>>
  /** Begins to take all of them, shared out evenly. */
  take(written: readonly Written[]): void
  stop(): Promise<void>
}

export interface BareOptions {
  readonly place: Place
  readonly taking: number
  readonly settling: number
  /** All that will ever be taken. */
  readonly written: readonly Written[]
}

export async function startBare({ place, taking, settling, written }: BareOptions): Promise<Bare> {
  const takers = await Promise.all(Array.from({ length: taking }, () => started({ role: 'take', place })))
  const settlers = await Promise.all(
    Array.from({ length: settling }, () => started({ role: 'settle', place, written })),
  )
  const { promise: failed, reject } = Promise.withResolvers<never>()
  const unexpected = () => reject(new Error('a process of the bare calls ended'))
  for (const child of [...takers, ...settlers]) child.once('exit', unexpected)
  // Whoever waits for a round hears of it.
  failed.catch(() => {})
  return {
    failed,
    pids: { taking: pidsOf(takers), settling: pidsOf(settlers) },
    take(these) {
      for (const [index, taker] of takers.entries())
        tell(taker, { take: these.filter((_one, at) => at % takers.length === index) })
    },
    async stop() {
      await Promise.all([...takers, ...settlers].map(ended))
    },
  }
}

function pidsOf(children: readonly ChildProcess[]): readonly number[] {
  return children.flatMap(({ pid }) => pid ?? [])
}

async function started(task: Told): Promise<ChildProcess> {
  const child = fork(PROGRAM, { execPath: process.execPath, serialization: 'advanced' })
  tell(child, task)
  await once(child, 'message')
  return child
}

function tell(child: ChildProcess, told: Told): void {
  child.send(told)
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, 'exit')
  child.kill('SIGKILL')
  await exit
}
