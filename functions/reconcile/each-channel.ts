/** Days of every channel by the clock, side by side; of the one that is named by hand, or of the usual one where none is. */
import { channelNamed } from '#shared/orders/channels.ts'
import type { Channels } from '#shared/orders/channels.ts'
import type { CallOptions } from '#shared/orders/payment-channel.ts'
import type { createReconcile, ReconcileAnswer } from './reconcile.ts'
import { askedByHand } from './schema.ts'

type Reconcile = ReturnType<typeof createReconcile>

/** @throws what the first of them failed with, after all had their turn; `invalid_request` for a channel that the stage does not have */
export async function reconcileEach(
  operations: Channels<Reconcile>,
  call: CallOptions,
  event: unknown,
): Promise<ReconcileAnswer> {
  const asked = askedByHand(event)
  if (asked !== undefined) return channelNamed(operations, asked.provider)(call, event)
  const runs = await Promise.allSettled(Object.values(operations).map((reconcile) => reconcile(call, event)))
  const failed = runs.find((run) => run.status === 'rejected')
  if (failed !== undefined) throw failed.reason
  const answers = runs.flatMap((run) => (run.status === 'fulfilled' ? [run.value] : []))
  return { ran: answers.every(({ ran }) => ran), days: answers.flatMap(({ days }) => days) }
}
