/** What happened to an order, moment by moment: what was asked, what WeChat said, what people decided, what subscribers were told. */
import type { FactMoment, Moment } from '#console/contract.ts'
import { eventsFor } from '#shared/events/payment-event.ts'
import type { Fact, StoredFact } from '#shared/facts/fact.ts'
import { orderFact } from '#shared/facts/fact.ts'
import { given } from '#shared/given.ts'
import type { Decision } from '#shared/ledger/books.ts'
import { REFUND_STATUSES } from '#shared/ledger/words.ts'
import type { Order } from '#shared/orders/order.ts'
import { continueTrace } from '#shared/trace.ts'

/** What follows in the same moment from what: a request, a fact, what it made of a refund, the event of it. */
const IN_A_MOMENT: readonly Moment['kind'][] = ['request', 'fact', 'decision', 'refund', 'event']

/** Trace ids by the keys of facts, where logs are at hand: a fact that is settled has none any more. */
export type Traces = ReadonlyMap<string, string>

/** @param facts those of the order that are stored; what is not among them is told from its books. */
export function storyOf(
  order: Order,
  facts: readonly StoredFact[],
  traces: Traces = new Map(),
): readonly Moment[] {
  const told = facts.flatMap((stored) => {
    const fact = orderFact(stored)
    return fact === undefined ? [] : [{ ...stored, fact }]
  })
  const decidedBy = new Set(
    told.flatMap(({ fact }) => (fact.kind === 'decision' ? [idOf(fact.decision)] : [])),
  )
  const otherDecisions = order.books.decided.filter((decision) => !decidedBy.has(idOf(decision)))
  const moments = [
    ...requestsOf(order),
    ...told.map((each) => momentOf(each, traces)),
    ...otherDecisions.map((decision) => decisionMoment(decision)),
    ...refundMoments(order),
    ...told.flatMap(({ fact }) => eventMoments(order, fact, traces)),
  ]
  return moments.toSorted(
    (one, other) =>
      Date.parse(one.at) - Date.parse(other.at) ||
      IN_A_MOMENT.indexOf(one.kind) - IN_A_MOMENT.indexOf(other.kind),
  )
}

type Told = Pick<StoredFact, 'pending' | 'trace'> & { readonly fact: Fact }

function requestsOf({ books: { ours }, created_at }: Order): readonly Moment[] {
  const { asked, refunds, unfreeze, applications = [] } = ours
  const request = { kind: 'request' } as const
  return [
    ...(asked === undefined
      ? []
      : [
          {
            ...request,
            what: 'payment',
            id: 'request',
            at: text(created_at),
            amount: asked.amount.total,
          } as const,
        ]),
    ...refunds.map(({ out_refund_no, amount, created_at: at }) => {
      const id = `request#${out_refund_no}`
      return { ...request, what: 'refund', id, at: text(at), out_refund_no, amount } as const
    }),
    ...applications.map(({ out_refund_no, created_at: at }) => {
      const id = `request#${out_refund_no}#card`
      return { ...request, what: 'abnormal_refund', id, at: text(at), out_refund_no } as const
    }),
    ...(unfreeze === undefined
      ? []
      : [{ ...request, what: 'unfreeze', id: 'request#unfreeze', at: text(unfreeze.created_at) } as const]),
  ]
}

function momentOf({ fact, pending, trace }: Told, traces: Traces): Moment {
  const carried = trace?.traceparent === undefined ? undefined : continueTrace(trace).traceId
  const traced = given({ correlation_id: carried ?? traces.get(fact.fact_key) })
  if (fact.kind === 'decision') return { ...decisionMoment(fact.decision), ...traced }
  return {
    kind: 'fact',
    id: fact.fact_key,
    at: text(fact.received_at),
    source: fact.source,
    fact_key: fact.fact_key,
    pending,
    ...contentOf(fact),
    ...traced,
  }
}

type Content = Pick<
  FactMoment,
  'what' | 'state' | 'amount' | 'out_refund_no' | 'transaction_id' | 'success_time'
>

function contentOf(fact: Exclude<Fact, { kind: 'decision' }>): Content {
  switch (fact.kind) {
    case 'payment': {
      const { amount, transaction_id, success_time } = fact.payment ?? {}
      return {
        what: 'payment',
        state: fact.state,
        ...given({ amount: amount?.total, transaction_id, success_time }),
      }
    }
    case 'refund': {
      const { amount, transaction_id, success_time } = fact.refund
      const { out_refund_no, state } = fact
      return {
        what: 'refund',
        state,
        out_refund_no,
        amount: amount.refund,
        transaction_id,
        ...given({ success_time }),
      }
    }
    case 'failure':
      return { what: 'failure', state: fact.failure_code, out_refund_no: fact.out_refund_no }
    case 'state':
      return { what: 'state', state: fact.state, ...given({ out_refund_no: fact.out_refund_no }) }
  }
}

function decisionMoment(decision: Decision): Moment {
  const { action, hold, by, note, at } = decision
  return { kind: 'decision', id: `decision#${idOf(decision)}`, at: text(at), what: action, hold, by, note }
}

function idOf({ action, hold, at, by }: Decision): string {
  return `${action}#${hold}#${by}#${at}`
}

/** When each refund came to stand as it does, and as it did before. */
function refundMoments({ books: { said, ours }, refunds }: Order): readonly Moment[] {
  const told = said.refunds.flatMap(({ out_refund_no, refund_id, amount, states }) =>
    Object.entries(states).map(([state, at]) => ({ out_refund_no, refund_id, amount, state, at })),
  )
  const failed = ours.refunds.flatMap(({ out_refund_no, amount, failure_code, failed_at: at }) =>
    at === undefined ? [] : [{ out_refund_no, amount, failure_code, state: 'FAILED', at }],
  )
  const unknown = Object.values(refunds).flatMap(({ out_refund_no, amount, status, updated_at: at }) =>
    status === 'UNKNOWN' ? [{ out_refund_no, amount, state: status, at }] : [],
  )
  return [...told, ...failed, ...unknown].flatMap(({ state, at, ...rest }) => {
    const what = REFUND_STATUSES.find((status) => status === state)
    const id = `standing of ${rest.out_refund_no}: ${state}`
    return what === undefined
      ? []
      : [
          {
            kind: 'refund',
            id,
            at: text(at),
            what,
            ...given(rest),
            amount: rest.amount,
            out_refund_no: rest.out_refund_no,
          } as const,
        ]
  })
}

/** An event is told of when its fact is settled; it carries the time of the fact. */
function eventMoments({ handled }: Order, fact: Fact, traces: Traces): readonly Moment[] {
  const known = Object.hasOwn(handled, fact.fact_key) ? handled[fact.fact_key] : undefined
  if (known === undefined) return []
  return eventsFor(fact, known).map(({ id, type, time, data }) => ({
    kind: 'event',
    id: `event#${id}`,
    at: time,
    what: type,
    order_version: data.order_version,
    refundable: data.refundable,
    deficit: data.deficit,
    holds: data.holds,
    ...given({ correlation_id: traces.get(fact.fact_key) }),
    ...('out_refund_no' in fact && fact.out_refund_no !== undefined
      ? { out_refund_no: fact.out_refund_no }
      : {}),
  }))
}

function text(epochMs: number): string {
  return new Date(epochMs).toISOString()
}
