/** What an order alone knows of its refunds, as facts: what a channel answered to one is none of its own. */
import { parseFactKey } from '#shared/facts/fact-key.ts'
import { refundReached } from '#shared/facts/fact.ts'
import type { StoredFact } from '#shared/facts/fact.ts'
import { given } from '#shared/given.ts'
import type { Handled, Order } from '#shared/orders/order.ts'
import { isOwn, untoldOf } from '#shared/orders/untold.ts'

export function ownFacts(order: Order): readonly StoredFact[] {
  return Object.entries(order.handled).flatMap(([key, handled]) => ownFact(order, key, handled))
}

function ownFact(order: Order, key: string, handled: Handled): StoredFact[] {
  const untold = untoldOf(order, key)
  if (untold !== undefined) return [{ fact: untold.fact, pending: true, trace: untold.trace }]
  return isOwn(handled) ? toldFact(order, key) : []
}

/** Once it is published, the books have it, which is all that is kept. */
function toldFact({ mchid, out_trade_no, books }: Order, key: string): StoredFact[] {
  const parsed = parseFactKey(key)
  if (!parsed.ok || parsed.key.kind !== 'refund' || parsed.key.suffix !== undefined) return []
  const { number: out_refund_no, state } = parsed.key
  return books.said.refunds.flatMap((told) => {
    const received_at = told.out_refund_no === out_refund_no ? told.states[state] : undefined
    if (received_at === undefined) return []
    const { refund_id, transaction_id, total, amount, success_time, channel } = told
    const content = { refund_id, transaction_id, amount: { total, refund: amount } }
    const fact = refundReached(
      { mchid, out_trade_no, out_refund_no, state, source: 'answer', received_at },
      {
        ...content,
        ...given({
          success_time: state === 'PROCESSING' ? undefined : success_time,
          refund_channel: channel,
        }),
      },
    )
    return [{ fact, pending: false }]
  })
}
