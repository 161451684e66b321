/** A fact as people read it. */
import type { Fact, StoredFact } from '#shared/facts/fact.ts'
import type { Notice } from '#shared/facts/notice.ts'
import { providerOf } from '#shared/facts/account.ts'
import { PEER_NAMES } from './provider-names.ts'
import { fields, timeText } from './output.ts'

export function factDetails(stored: StoredFact | undefined): string {
  if (stored === undefined) return 'no such fact is stored: redrive leaves the message where it is'
  const { fact, pending } = stored
  const state = pending ? 'pending: not settled yet' : 'settled: a redrive ends at once'
  if (fact.kind === 'notification') return noticeDetails(fact, state)
  const peer = PEER_NAMES[providerOf(fact.mchid)]
  return fields({
    fact: fact.fact_key,
    state,
    out_trade_no: fact.out_trade_no,
    out_refund_no: 'out_refund_no' in fact ? fact.out_refund_no : undefined,
    amount: amountText(fact),
    source: fact.source,
    received: timeText(fact.received_at),
    'conflicts with': fact.conflicts_with,
    accepts: fact.accepts,
    ...(fact.kind === 'state' ? { [`${peer} told`]: fact.state } : {}),
    ...(fact.kind === 'failure' ? { [`${peer} refused with`]: fact.failure_code } : {}),
    ...(fact.kind === 'decision' ? { decision: `${fact.decision.action} ${fact.decision.hold}` } : {}),
  })
}

function noticeDetails({ fact_key, notice, received_at, conflicts_with }: Notice, state: string): string {
  const { event_type, notification_id, held, out_trade_no, trade_state } = notice
  return fields({
    fact: fact_key,
    state,
    event_type,
    notification_id,
    out_trade_no,
    trade_state,
    'held as': held?.form,
    orders: held?.orders.map(({ out_trade_no }) => out_trade_no).join(', '),
    received: timeText(received_at),
    'conflicts with': conflicts_with,
  })
}

function amountText(fact: Fact): string | undefined {
  if (fact.kind === 'refund') return `${fact.refund.amount.refund} fen of ${fact.refund.amount.total}`
  if (fact.kind !== 'payment') return undefined
  const { amount } = fact.payment ?? {}
  return amount === undefined ? undefined : `${amount.total} fen ${amount.currency}`
}
