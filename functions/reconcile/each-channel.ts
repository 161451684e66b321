/** Days of every channel by the clock, side by side; of the one that is named by hand, which is WeChat where none is. */
import type { Provider } from '#shared/providers.ts'
import { channelNamed } from '#shared/orders/channels.ts'
import type { Channels } from '#shared/orders/channels.ts'
import type { CallOptions } from '#shared/orders/payment-channel.ts'
import type { createReconcile, ReconcileAnswer } from './reconcile.ts'
import { providerAsked } from './schema.ts'

type Reconcile = ReturnType<typeof createReconcile>

/** @throws what the first of them failed with, after all had their turn; `invalid_request` for a channel that the stage does not have */
export async function reconcileEach(
  operations: Channels<Reconcile>,
  call: CallOptions,
  event: unknown,
): Promise<ReconcileAnswer> {
  const asked: Provider | undefined = providerAsked(event)
  if (asked !== undefined) return channelNamed(operations, asked)(call, event)
  const runs = await Promise.allSettled(Object.values(operations).map((reconcile) => reconcile(call, event)))
  const failed = runs.find((run) => run.status === 'rejected')
  if (failed !== undefined) throw failed.reason
  const answers = runs.flatMap((run) => (run.status === 'fulfilled' ? [run.value] : []))
  return { ran: answers.every(({ ran }) => ran), days: answers.flatMap(({ days }) => days) }
}
