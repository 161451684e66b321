/** Says that a command is still at work, after two seconds of silence and then ever more rarely. */
import type { Clock } from '#shared/clock.ts'
import type { Terminal } from './terminal.ts'

const FIRST_MS = 2000
const LONGEST_MS = 30_000

export interface Work {
  /** To be used instead of the one that was given. */
  readonly terminal: Terminal
  readonly end: () => void
}

/** @param what as in `wxpay reconcile run`. */
export function beginWork(given: Terminal, what: string, clock: Clock): Work {
  const began = clock.now()
  let silenceMs = FIRST_MS
  let timer: NodeJS.Timeout | undefined
  const end = () => clearTimeout(timer)
  let resting = 0
  const wait = () => {
    end()
    if (resting > 0) return
    timer = setTimeout(() => {
      given.err(`${what} is still at work, ${Math.round((clock.now() - began) / 1000)} s\n`)
      silenceMs = Math.min(2 * silenceMs, LONGEST_MS)
      wait()
    }, silenceMs)
  }
  const heard = (say: (text: string) => void) => (text: string) => {
    say(text)
    wait()
  }
  async function rest<Value>(waiting: () => Promise<Value>): Promise<Value> {
    resting += 1
    end()
    try {
      return await waiting()
    } finally {
      resting -= 1
      wait()
    }
  }
  wait()
  const terminal: Terminal = {
    ...given,
    out: heard((text) => given.out(text)),
    err: heard((text) => given.err(text)),
    ask: (...question) => rest(() => given.ask(...question)),
    readInput: () => rest(() => given.readInput()),
    quietly: (waiting) => rest(() => given.quietly(waiting)),
  }
  return { terminal, end }
}
