/** A fact as people read it. */
import type { StoredFact } from '#shared/facts/fact.ts'
import { fields, timeText } from './output.ts'

export function factDetails(stored: StoredFact | undefined): string {
  if (stored === undefined) return 'no such fact is stored: redrive leaves the message where it is'
  const { fact, pending } = stored
  return fields({
    fact: fact.fact_key,
    state: pending ? 'pending: not settled yet' : 'settled: a redrive ends at once',
    out_trade_no: fact.out_trade_no,
    out_refund_no: 'out_refund_no' in fact ? fact.out_refund_no : undefined,
    amount: amountText(stored),
    source: fact.source,
    received: timeText(fact.received_at),
    'conflicts with': fact.conflicts_with,
    accepts: fact.accepts,
    ...(fact.kind === 'state' ? { 'WeChat told': fact.state } : {}),
    ...(fact.kind === 'failure' ? { 'WeChat refused with': fact.failure_code } : {}),
    ...(fact.kind === 'decision' ? { decision: `${fact.decision.action} ${fact.decision.hold}` } : {}),
  })
}

function amountText({ fact }: StoredFact): string | undefined {
  if (fact.kind === 'refund') return `${fact.refund.amount.refund} fen of ${fact.refund.amount.total}`
  if (fact.kind !== 'payment') return undefined
  const { amount } = fact.payment ?? {}
  return amount === undefined ? undefined : `${amount.total} fen ${amount.currency}`
}
