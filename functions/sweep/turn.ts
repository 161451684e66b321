/**
 * One run at a time calls WeChat. Its limits are the merchant's, however many runs there are: the clock may deliver an event
 * twice, or late, so that it meets the next one. Orders need no such care, for each is claimed.
 */
import { randomUUID } from 'node:crypto'
import type { Clock } from '#shared/clock.ts'
import type { Lease } from '#shared/lease.ts'
import type { CallOptions } from '#shared/orders/payment-channel.ts'
import type { Pause } from '#shared/pause.ts'
import { SWEEP_INTERVAL_MS } from '#shared/time-limits.ts'

const ASK_AGAIN_MS = 1000

export interface Turn {
  /**
   * Waits while another run has it.
   *
   * @returns what ends the turn; undefined when the time was over before.
   */
  take(call: CallOptions): Promise<(() => Promise<void>) | undefined>
}

interface TurnDeps {
  readonly lease: Lease
  /** What the calls of the turn go through: from when on no failure counts any more, epoch ms. */
  readonly budget: { readonly quietFrom: number }
  readonly clock: Clock
  readonly pause: Pause
}

export function createTurn({ lease, budget, clock, pause }: TurnDeps): Turn {
  /** The last failures of this run and the first ones of the next may share a second. */
  const end = async (holder: string) => {
    const at = Math.max(clock.now(), budget.quietFrom)
    // It ends by itself as well: a run that has done its work does not fail for that.
    await lease.end(holder, at).catch(() => {})
  }
  return {
    async take({ signal }) {
      const holder = randomUUID()
      const began = clock.now()
      for (;;) {
        if (signal?.aborted === true) return undefined
        const now = clock.now()
        // A run that dies is dead by then, however long it waited; the next one has to wait for no more than that.
        const taken = await lease.take(holder, { now, until: began + SWEEP_INTERVAL_MS })
        if (taken) return () => end(holder)
        await pause(ASK_AGAIN_MS)
      }
    },
  }
}
