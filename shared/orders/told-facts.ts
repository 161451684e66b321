/** What a fact adds to the books of its order. Nothing is dropped because it does not fit: what it means is for the fold to say. */
import type { Fact, PaymentContent, PaymentFact, RefundFact, StateFact } from '#shared/facts/fact.ts'
import type { Books, Decision, ToldPayment, ToldRefund, ToldWord } from '#shared/ledger/books.ts'
import { tellsOfRefunds } from '#shared/facts/telling.ts'
import { approvalState, refundOfApproval } from '#shared/ledger/approval.ts'
import { withDecision } from '#shared/ledger/decide.ts'
import { paymentContent } from '#shared/ledger/digest.ts'
import { amountChoice } from '#shared/ledger/fold-refunds.ts'
import { reservationOf, withoutRequest } from '#shared/ledger/reservation.ts'
import { withFailure } from '#shared/ledger/sending.ts'
import { withClosed, withPayment, withRefund, withRefunded, withWord } from '#shared/ledger/tellings.ts'

/** @returns the same books when the fact adds nothing. */
export function booksWith(books: Books, fact: Fact): Books {
  const told = toldBy(books, fact)
  const acceptance = acceptanceOf(fact)
  return acceptance === undefined ? told : decided(told, acceptance)
}

function toldBy(books: Books, fact: Fact): Books {
  switch (fact.kind) {
    case 'payment':
      return withSaid(books, withPaymentFact(books.said, fact))
    case 'refund':
      return refundTold(books, fact)
    case 'failure':
      return failed(books, fact)
    case 'decision':
      return decided(books, fact.decision)
    case 'state':
      return withSaid(books, withState(books.said, fact))
  }
}

function withSaid(books: Books, said: Books['said']): Books {
  return said === books.said ? books : { ...books, said }
}

function withPaymentFact(said: Books['said'], { payment, received_at }: PaymentFact): Books['said'] {
  return payment === undefined
    ? withClosed(said, received_at)
    : withPayment(said, toldPayment(payment, received_at))
}

/** Once WeChat has told of a refund, its bytes are never sent again. */
function refundTold(books: Books, fact: RefundFact): Books {
  const said = withRefund(books.said, toldRefund(fact))
  return said === books.said
    ? books
    : { ...books, said, ours: withoutRequest(books.ours, fact.out_refund_no) }
}

function failed(books: Books, fact: Extract<Fact, { kind: 'failure' }>): Books {
  const { out_refund_no, attempt, failure_code: code, received_at: at } = fact
  const change = withFailure(books, { out_refund_no, attempt, code, at })
  return change === undefined ? books : { ...books, ...change }
}

function decided(books: Books, decision: Decision): Books {
  const list = withDecision(books, decision)
  if (list === books.decided) return books
  const after = { ...books, decided: list }
  const refunded = decision.action === 'refuse' ? refundOfApproval(decision.hold) : undefined
  const reservation = refunded === undefined ? undefined : reservationOf(after, refunded)
  return reservation !== undefined && approvalState(after, reservation) === 'refused'
    ? { ...after, ours: withoutRequest(after.ours, reservation.out_refund_no) }
    : after
}

function toldPayment(content: PaymentContent, told_at: number): ToldPayment {
  const { attach: _, ...payment } = content
  return { ...payment, told_at }
}

function toldRefund({ out_refund_no, state, refund, received_at }: RefundFact): ToldRefund {
  const { refund_id, transaction_id, amount, success_time, refund_channel } = refund
  return {
    out_refund_no,
    refund_id,
    transaction_id,
    total: amount.total,
    amount: amount.refund,
    states: { [state]: received_at },
    ...(success_time === undefined ? {} : { success_time }),
    ...(refund_channel === undefined ? {} : { channel: refund_channel }),
  }
}

function withState(said: Books['said'], fact: StateFact): Books['said'] {
  const told = withWord(said, toldWord(fact))
  return tellsOfRefunds(fact) ? withRefunded(told, fact.received_at) : told
}

/** Of the known ones only the time counts. */
function toldWord({ out_refund_no, state, known, received_at: at }: StateFact): ToldWord {
  return {
    ...(out_refund_no === undefined ? {} : { out_refund_no }),
    ...(known ? {} : { word: state }),
    at,
  }
}

/** An acceptance that an earlier release put on its way: it names the held fact and carries its content. */
function acceptanceOf(fact: Fact): Decision | undefined {
  const { accepts, received_at: at } = fact
  const choice = accepts === undefined ? undefined : choiceOf(fact)
  if (accepts === undefined || choice === undefined) return undefined
  return { action: 'accept', hold: accepts, by: '', note: '', at, choice }
}

function choiceOf(fact: Fact): string | undefined {
  if (fact.kind === 'payment' && fact.payment !== undefined) return paymentContent(fact.payment)
  return fact.kind === 'refund' ? amountChoice(fact.out_refund_no, fact.refund.amount.refund) : undefined
}
