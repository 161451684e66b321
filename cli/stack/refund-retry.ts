/** Makes an open refund due now and waits for the sweep to drive it. The sweep alone knows how to do that safely. */
import { stackOrders } from './stack-orders.ts'
import { attemptedAt, isOpen, refundOf } from '#shared/orders/order.ts'
import type { Order, Refund } from '#shared/orders/order.ts'
import type { OrderStore } from '#shared/orders/order-store.ts'
import { changed } from '#shared/orders/changed.ts'
import { updateOrder } from '#shared/orders/update-order.ts'
import { providerOf } from '#shared/facts/account.ts'
import { PEER_NAMES } from '#cli/terminal/provider-names.ts'
import { CliError } from '#cli/terminal/cli-error.ts'
import { fire } from './local-levers.ts'
import type { StackAccess } from './stack-access.ts'
import type { World } from '#cli/terminal/world.ts'

/** The sweep leaves younger ones alone: the request that made them may still be at work. */
const YOUNGEST_MS = 60_000
const POLL_MS = 2000
/** Longer than the calls of one refund take. */
const DRIVE_MS = 20_000

interface Retry {
  readonly stack: StackAccess
  readonly order: Order
  readonly refund: Refund
  readonly waitSeconds: number
}

/**
 * Resolves when the sweep has been at it, or when the time to wait is over.
 *
 * @throws CliError when the refund is final or too young: nothing is changed then.
 */
export async function retryRefund(world: World, retry: Retry): Promise<void> {
  const { stack } = retry
  checkOpen(retry, world.clock.now())
  const orders = stackOrders(stack)
  const due = await makeDue(world, orders, retry)
  if (stack.local !== undefined) {
    world.terminal.err('running the sweep of the local stack\n')
    await fire(stack.local, 'sweep')
    return
  }
  await waitForSweep(world, orders, { ...retry, due })
}

function checkOpen({ order, refund }: Retry, now: number): void {
  const { status, out_refund_no, failure_code } = refund
  if (status === 'FAILED') {
    throw new CliError(
      'failed',
      `${PEER_NAMES[providerOf(order.mchid)]} refused the refund ${out_refund_no} for certain (${failure_code ?? 'no code'})`,
      'after NOT_ENOUGH repeat the request, else correct the cause and make a new refund with a new number',
    )
  }
  if (status === 'SUCCESS' || status === 'CLOSED') {
    throw new CliError(
      'failed',
      `the refund ${out_refund_no} is final: ${status}`,
      'there is nothing to retry',
    )
  }
  if (refund.approval?.state === 'waiting') {
    throw new CliError(
      'failed',
      `the refund ${out_refund_no} waits for approval: nothing is sent before that`,
      'wxpay order show has its hold; release it with --decision approve or refuse',
    )
  }
  const left = attemptedAt(refund) + YOUNGEST_MS - now
  if (left > 0) {
    throw new CliError(
      'failed',
      `the refund ${out_refund_no} is younger than a minute: its own request may still be under way`,
      `repeat the command in ${Math.ceil(left / 1000)} s`,
    )
  }
}

function makeDue({ clock, pause }: World, orders: OrderStore, { order, refund }: Retry): Promise<Order> {
  return updateOrder({ orders, pause }, order.order_key, (current) => {
    const found = current === undefined ? undefined : refundOf(current, refund.out_refund_no)
    if (current === undefined || found === undefined || !isOpen(found)) {
      throw new CliError(
        'failed',
        'the refund has become final meanwhile',
        'look at it with wxpay refund show',
      )
    }
    const now = clock.now()
    const save: Order = {
      ...changed(current, {}, now),
      next_check_at: now,
      next_check_class: 'refund_unknown',
    }
    return { save, result: save }
  })
}

async function waitForSweep(
  { terminal, clock, pause }: World,
  orders: OrderStore,
  { due, refund, waitSeconds }: Retry & { readonly due: Order },
): Promise<void> {
  terminal.err('the refund is due; the sweep runs every minute, waiting for it\n')
  const end = clock.now() + waitSeconds * 1000
  let claimedAt: number | undefined
  while (clock.now() < end) {
    await pause(POLL_MS)
    const current = await orders.get(due.order_key)
    if (current === undefined) continue
    if (refundOf(current, refund.out_refund_no)?.status !== refund.status) return
    if (claimedAt === undefined && current.version > due.version) {
      claimedAt = clock.now()
      terminal.err('the sweep has taken it up\n')
    }
    if (claimedAt !== undefined && clock.now() - claimedAt > DRIVE_MS) return
  }
  terminal.err(
    `nothing has changed within ${waitSeconds} s; the refund stays due for the next run of the sweep\n`,
  )
}
