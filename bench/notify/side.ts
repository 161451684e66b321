/** One side of a pair as whoever measures has it: a process that runs when it is asked to. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { Turn } from '../suite/rounds.ts'
import type { Order } from './process.ts'

export interface SideProcess {
  readonly turn: Turn
  end(): void
}

export async function startSide(program: string, order: Order): Promise<SideProcess> {
  const child = fork(program, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], execPath: process.execPath })
  const gone = once(child, 'exit').then(() => {
    throw new Error(`the process that measures ${order.side} failed`)
  })
  // Once it is ended nobody asks any more.
  gone.catch(() => {})
  const ask = async (message: Order | number): Promise<unknown> => {
    child.send(message)
    const [told] = await Promise.race([once(child, 'message'), gone])
    return told
  }
  await ask(order)
  return { turn: async (runs) => Number(await ask(runs)), end: () => child.disconnect() }
}
