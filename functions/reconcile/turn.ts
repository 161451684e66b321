/** One run at a time: two would ask WeChat the same, and write the same report over each other. */
import { randomUUID } from 'node:crypto'
import type { Clock } from '#shared/clock.ts'
import type { Lease } from '#shared/lease.ts'

export interface Turn {
  /**
   * @param until when it ends by itself, epoch ms.
   * @returns what ends it; undefined while another run has it.
   */
  take(until: number): Promise<(() => Promise<void>) | undefined>
}

export function createTurn({ lease, clock }: { readonly lease: Lease; readonly clock: Clock }): Turn {
  return {
    async take(until) {
      const holder = randomUUID()
      const taken = await lease.take(holder, { now: clock.now(), until })
      // It ends by itself as well: a run that has done its work does not fail for that.
      return taken ? () => lease.end(holder, clock.now()).catch(() => {}) : undefined
    },
  }
}
