/** Books and tellings for the tests of the ledger. */
import type { Fact } from '#shared/facts/fact.ts'
import type { Books, ToldPayment, ToldRefund, ToldWord } from '#shared/ledger/books.ts'
import { NOTHING_SAID } from '#shared/ledger/books.ts'
import { fold } from '#shared/ledger/fold.ts'
import { withClosed, withPayment, withRefund, withRefunded, withWord } from '#shared/ledger/tellings.ts'
import type { Sending, ToldState } from '#shared/ledger/words.ts'
import { fen } from '#shared/money.ts'
import { booksWith } from '#shared/orders/told-facts.ts'

const APPID = 'wxd678efh567hg6787'
const TRANSACTION = '42_A'
export const NOW = Date.parse('2026-03-01T04:00:00Z')
export const MINUTE = 60_000
export const HOUR = 60 * MINUTE

export function asked(total = 1000, appid = APPID): Books {
  return {
    said: NOTHING_SAID,
    ours: {
      asked: { appid, amount: { total: fen(total), currency: 'CNY' } },
      placing: 'AWAITING_PAYMENT',
      refunds: [],
    },
    decided: [],
  }
}

export function payment(total = 1000, changes: Partial<ToldPayment> = {}): ToldPayment {
  return {
    appid: APPID,
    transaction_id: TRANSACTION,
    success_time: '2026-03-01T12:00:05+08:00',
    amount: { total: fen(total), currency: 'CNY' },
    told_at: NOW,
    ...changes,
  }
}

export function refund(
  number: string,
  state: ToldState,
  amount: number,
  changes: Partial<ToldRefund> = {},
  at = NOW,
): ToldRefund {
  return {
    out_refund_no: number,
    refund_id: `50_${number}`,
    transaction_id: TRANSACTION,
    total: fen(1000),
    amount: fen(amount),
    states: { [state]: at },
    ...changes,
  }
}

/** In the ledger's words, or as the fact that a channel's client or notification was made into. */
export type Telling = ToldPayment | ToldRefund | ToldWord | Fact | 'closed' | 'refunded'

export function tell(books: Books, ...tellings: readonly Telling[]): Books {
  return tellings.reduce<Books>(
    (current, telling) =>
      isFact(telling) ? booksWith(current, telling) : { ...current, said: told(current, telling) },
    books,
  )
}

function isFact(telling: Telling): telling is Fact {
  return typeof telling === 'object' && 'fact_key' in telling
}

function told({ said }: Books, telling: Exclude<Telling, Fact>) {
  if (telling === 'closed') return withClosed(said, NOW)
  if (telling === 'refunded') return withRefunded(said, NOW)
  if ('at' in telling) return withWord(said, telling)
  return 'states' in telling ? withRefund(said, telling) : withPayment(said, telling)
}

/** A reservation: by default as it is while WeChat's answer is still to come. */
export function reserved(
  books: Books,
  number: string,
  amount: number,
  sending: Sending = 'REQUESTED',
): Books {
  const reservation = {
    out_refund_no: number,
    amount: fen(amount),
    request_hash: `hash of ${number}`,
    request: `{"out_refund_no":"${number}"}`,
    sending,
    attempt: 1,
    in_doubt: false,
    created_at: NOW,
    updated_at: NOW,
  } as const
  return { ...books, ours: { ...books.ours, refunds: [...books.ours.refunds, reservation] } }
}

/** Everything that people see of it. */
export function picture(books: Books): string {
  const { status, payment: paidBy, refundable, deficit, refunds, holds } = fold(books)
  const parts = [...refunds.values()].map(
    (one) =>
      `${one.out_refund_no} ${one.status} ${one.amount} ${one.live ? 'out' : 'back'} ${one.created_at} ${one.updated_at}`,
  )
  const keys = holds.map(({ key, dismissed }) => (dismissed ? `(${key})` : key))
  return [
    status,
    paidBy?.transaction_id,
    paidBy?.success_time,
    refundable,
    deficit,
    parts.toSorted().join(),
    keys.join(),
  ].join('/')
}

/** The open holds. */
export function holdsOf(books: Books): readonly string[] {
  return fold(books).holds.flatMap(({ key, dismissed }) => (dismissed ? [] : [key]))
}

export function permutations<Value>(values: readonly Value[]): Value[][] {
  if (values.length <= 1) return [[...values]]
  return values.flatMap((value, index) =>
    permutations(values.toSpliced(index, 1)).map((rest) => [value, ...rest]),
  )
}
