/** SQS as documented: at least once, in any order, hidden while in work, and a dead-letter queue after five receives. */
import type { Fault } from './faults.ts'
import { LOST_FAULTS } from './faults.ts'
import type { Scheduler } from './scheduler.ts'

const MAX_RECEIVES = 5

export interface QueueOptions {
  readonly scheduler: Scheduler
  readonly strike: (label: string, faults: readonly Fault[]) => Fault | undefined
  readonly visibilityMs: number
  /** How long a message waits until it is received, ms. */
  readonly delay: () => number
  /** How often each message is delivered though it is in work or done. */
  readonly copies: () => number
  /** @returns whether the message was handled. */
  readonly consume: (body: string) => Promise<boolean>
}

export interface Queue {
  send(body: string): void
  readonly deadLetters: readonly string[]
}

export function createQueue({
  scheduler,
  strike,
  visibilityMs,
  delay,
  copies,
  consume,
}: QueueOptions): Queue {
  const deadLetters: string[] = []

  async function receive(body: string, received: number): Promise<void> {
    if (received > MAX_RECEIVES) {
      deadLetters.push(body)
      return
    }
    const hiddenUntil = scheduler.now() + visibilityMs
    const handled = await consume(body)
    const deleted = handled && strike('sqs.delete', LOST_FAULTS) === undefined
    if (!deleted) scheduler.at(hiddenUntil, () => void receive(body, received + 1))
  }

  return {
    deadLetters,
    send(body) {
      const wanted = copies()
      for (let copy = 0; copy < wanted; copy += 1) scheduler.after(delay(), () => void receive(body, 1))
    },
  }
}
