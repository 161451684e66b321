/**
 * Keeps calls within WeChat's limits at the wire: a merchant may make 150 calls a second, and 6 that fail (doc merchant/4013071036).
 *
 * A call that is not answered yet may still fail. So a call takes one of a few places before it leaves: a good answer gives the
 * place back at once, a failure keeps it for a while. What is under way and what failed in the last second are therefore never
 * more, together, than there are places, and whatever WeChat answers, whenever it answers, no second holds more failures.
 * More calls under way than places would break the limit on the day when all of them fail at once, and nothing that was
 * answered before tells that day from the others: this is as far open as the limit allows.
 */
import type { Clock } from '#shared/clock.ts'
import type { Pause } from '#shared/pause.ts'
import { TransportError } from './transport.ts'

/** What WeChat allows in a second. */
const CALLS = 150
const FAILING_CALLS = 6

/** One less than would be too many. */
const PLACES = FAILING_CALLS - 1
/** A third and a half of what WeChat allows: the merchant's own requests count as well. */
const CALL_INTERVAL_MS = 1000 / (CALLS / 3)
/** So places, all of them failing, see half of what WeChat allows in the long run. */
const KEPT_MS = Math.ceil((1000 * PLACES) / (FAILING_CALLS / 2))

interface Turn<Answer> {
  /** Tells whether an answer is a failure for WeChat; a call without an answer is. */
  readonly fails: (answer: Answer) => boolean
  readonly signal: AbortSignal | undefined
}

export interface CallBudget {
  /**
   * Makes a call when it is its turn: whoever came first goes first.
   *
   * @throws TransportError `aborted`, nothing sent, when the signal fires before that.
   */
  run<Answer>(call: () => Promise<Answer>, turn: Turn<Answer>): Promise<Answer>
  /** From when on no failure counts any more, epoch ms; to be asked while no call is under way. */
  readonly quietFrom: number
}

/** Creates a budget; all calls that count together have to share one. */
export function createCallBudget({
  clock,
  pause,
}: {
  readonly clock: Clock
  readonly pause: Pause
}): CallBudget {
  /** For each place that no call holds: from when on it may be taken, epoch ms. */
  const free: number[] = Array.from({ length: PLACES }, () => 0)
  let freed = Promise.withResolvers<void>()
  let nextCallAt = 0
  let lastInLine: Promise<void> = Promise.resolve()

  const giveBack = (from: number) => {
    free.push(from)
    freed.resolve()
    freed = Promise.withResolvers()
  }
  const untilPlace = async (signal: AbortSignal | undefined) => {
    for (;;) {
      if (signal?.aborted === true) throw new TransportError('aborted', false)
      const wait = Math.min(...free) - clock.now()
      if (wait <= 0) break
      // A place may come free sooner than the first of those that are kept.
      await untilFirst([freed.promise, ...(Number.isFinite(wait) ? [pause(wait)] : [])], signal)
    }
    free.splice(free.indexOf(Math.min(...free)), 1)
  }
  const untilTurn = async (signal: AbortSignal | undefined) => {
    await untilPlace(signal)
    const now = clock.now()
    const wait = nextCallAt - now
    nextCallAt = Math.max(nextCallAt, now) + CALL_INTERVAL_MS
    if (wait > 0) await pause(wait)
  }

  return {
    async run(call, { fails, signal }) {
      const turn = lastInLine.then(() => untilTurn(signal))
      lastInLine = turn.catch(() => {})
      await turn
      let failed = true
      try {
        const answer = await call()
        failed = fails(answer)
        return answer
      } finally {
        giveBack(clock.now() + (failed ? KEPT_MS : 0))
      }
    },
    get quietFrom() {
      return Math.max(...free)
    },
  }
}

/** Resolves with the first of them, or when the signal fires. */
async function untilFirst(
  events: ReadonlyArray<Promise<void>>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { promise: aborted, resolve: abort } = Promise.withResolvers<void>()
  const onAbort = () => abort()
  signal?.addEventListener('abort', onAbort, { once: true })
  await Promise.race([...events, aborted])
  signal?.removeEventListener('abort', onAbort)
}
