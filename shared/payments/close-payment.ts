/** Closes an unpaid order: at WeChat first, then as a fact; where WeChat refuses, what it says of the order is recorded instead. */
import { paymentClosed } from '#shared/facts/fact.ts'
import { closesAt } from '#shared/ledger/look-plan.ts'
import { ChannelError } from '#shared/orders/channel-error.ts'
import type { Order } from '#shared/orders/order.ts'
import type { CallOptions, PaymentChannel } from '#shared/orders/payment-channel.ts'
import { learnFact } from '#shared/orders/learn-fact.ts'
import type { LearnDeps } from '#shared/orders/learn-fact.ts'
import { learnPayment } from './learn-payment.ts'
import type { LearnedPayment } from './learn-payment.ts'

export interface ClosePaymentDeps extends LearnDeps {
  readonly channel: Pick<PaymentChannel, 'closeOrder' | 'queryOrder'>
}

/**
 * Resolves with the fact that was recorded: CLOSED, or SUCCESS when a payment won against the close.
 *
 * @throws ChannelError when nothing final is known: the outcome is unknown, WeChat does not know the order (`not_found`),
 * or it refused and a query brought nothing final either.
 */
export async function closePayment(
  deps: ClosePaymentDeps,
  order: Order,
  call: CallOptions,
): Promise<Required<LearnedPayment>> {
  const { mchid, out_trade_no } = order
  try {
    const expired = deps.clock.now() >= closesAt(order)
    await deps.channel.closeOrder(out_trade_no, { ...call, expired })
  } catch (error) {
    if (!isRefusal(error)) throw error
    return learnInstead(deps, order, { call, refusal: error })
  }
  const fact = paymentClosed({ mchid, out_trade_no, source: 'close', received_at: deps.clock.now() })
  return { order: await learnFact(deps, order, fact), fact }
}

/** A wrong signature (401) speaks about us and not about the order. */
function isRefusal(error: unknown): error is ChannelError {
  return (
    error instanceof ChannelError && error.certain && error.httpStatus !== 401 && error.code !== 'not_found'
  )
}

/** WeChat refuses to close what is paid or gone, in several words: only a query tells which. */
async function learnInstead(
  deps: ClosePaymentDeps,
  order: Order,
  { call, refusal }: { readonly call: CallOptions; readonly refusal: ChannelError },
): Promise<Required<LearnedPayment>> {
  const told = await deps.channel.queryOrder(order.out_trade_no, call)
  const { order: learned, fact } = await learnPayment(deps, order, told)
  if (fact === undefined) throw refusal
  return { order: learned, fact }
}
