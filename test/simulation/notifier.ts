/** How channels notify: several copies at times, again on their documented schedules until they see that it is taken, within five seconds. */
import type { Scheduler } from './scheduler.ts'

const DEADLINE_MS = 5000

export interface NotifierOptions<Notice> {
  readonly scheduler: Scheduler
  /** The waits before each repetition. */
  readonly waits: readonly number[]
  /** Nothing is sent after this. Epoch ms. */
  readonly until: number
  readonly copies: () => number
  readonly delay: () => number
  /** @returns whether we answered that it is taken. */
  readonly deliver: (notice: Notice) => Promise<boolean>
}

export function createNotifier<Notice>({
  scheduler,
  waits,
  until,
  copies,
  delay,
  deliver,
}: NotifierOptions<Notice>) {
  async function attempt(notice: Notice, retry: number): Promise<void> {
    const started = scheduler.now()
    if (started > until) return
    const answers = await Promise.all(
      Array.from({ length: retry === 0 ? copies() : 1 }, () => deliver(notice)),
    )
    const heard = scheduler.now() - started <= DEADLINE_MS
    const wait = waits[retry]
    if ((answers.includes(true) && heard) || wait === undefined) return
    scheduler.at(
      Math.min(scheduler.now(), started + DEADLINE_MS) + wait,
      () => void attempt(notice, retry + 1),
    )
  }
  return (notice: Notice) => scheduler.after(delay(), () => void attempt(notice, 0))
}
