/** Every word that code may write into a stored item can be read again. */
import { describe, expect, it } from 'vitest'
import { PAYMENT_FACT_STATES, REFUND_FACT_STATES } from '#shared/facts/fact-key.ts'
import { FACT_SOURCES, paymentClosed, paymentSucceeded } from '#shared/facts/fact.ts'
import type { Fact } from '#shared/facts/fact.ts'
import {
  AUDIT_ACTIONS,
  HOLD_REASONS,
  ORDER_STATUSES,
  OUTCOME_RESULTS,
  REFUND_STATUSES,
} from '#shared/orders/order.ts'
import type { Order } from '#shared/orders/order.ts'
import { PAYMENT_METHODS } from '#shared/orders/payment-channel.ts'
import { parsePlatformKeyRecords } from '#shared/secrets/secret-keys.ts'
import { factFromItem, factToItem } from '#shared/stores/fact-item.ts'
import { orderFromItem, orderToItem } from '#shared/stores/order-item.ts'
import { PLATFORM_KEY_KINDS } from '#shared/wechat/trust/key-ring.ts'
import { anOrder, closedFact, NOW, paymentFact, refundFact } from '#test/support/orders.ts'

const throughOrder = (order: Order) => expect(orderFromItem(orderToItem(order, 'w1'))).toEqual(order)
const throughFact = (fact: Fact) => expect(factFromItem(factToItem(fact)).fact).toEqual(fact)

/** Writes and reads one sample with the word in it. */
type RoundTrip<Word> = (word: Word) => void

/** The words that do not come back from the store. */
function lost<Word>(words: readonly Word[], roundTrip: RoundTrip<Word>): readonly Word[] {
  return words.filter((word) => {
    try {
      roundTrip(word)
      return false
    } catch {
      return true
    }
  })
}

/** Holds a list against its stored form, and against a form that has not heard of its newest word. */
function stored<Word extends string>(name: string, words: readonly Word[], roundTrip: RoundTrip<Word>) {
  it.each(words)(`${name} %s`, (word) => {
    expect(lost([word], roundTrip)).toEqual([])
  })

  it(`${name}: a word that the form does not know would be seen`, () => {
    const planted = 'planted_word' as Word
    expect(lost([...words, planted], roundTrip)).toEqual([planted])
  })
}

describe('an order is read with every', () => {
  stored('status', ORDER_STATUSES, (status) => throughOrder(anOrder({ status })))
  stored('payment method', PAYMENT_METHODS, (method) => throughOrder(anOrder({ method })))
  stored('hold reason', HOLD_REASONS, (reason) => {
    throughOrder(anOrder({ holds: { key: reason } }))
    throughOrder(anOrder({ outcomes: { key: { result: 'held', hold_reason: reason } } }))
  })
  stored('outcome', OUTCOME_RESULTS, (result) => throughOrder(anOrder({ outcomes: { key: { result } } })))
  stored('audit action', AUDIT_ACTIONS, (action) =>
    throughOrder(anOrder({ audit: [{ at: NOW, action, hold: 'operator#1', by: 'ann', note: 'n' }] })),
  )
  stored('refund status', REFUND_STATUSES, (status) => {
    const fact = refundFact('R1', 'SUCCESS')
    const amount = fact.refund.amount.refund
    const refund = { out_refund_no: 'R1', status, amount, created_at: NOW, updated_at: NOW }
    throughOrder(anOrder({ refunds: Object.assign(Object.create(null), { R1: refund }) }))
  })
})

describe('a fact is read with every', () => {
  stored('source', FACT_SOURCES, (source) => {
    for (const fact of [paymentFact(), closedFact(), refundFact('R1', 'SUCCESS')])
      throughFact({ ...fact, source })
  })
  stored('payment state', PAYMENT_FACT_STATES, (state) => {
    const telling = { mchid: '1', out_trade_no: 'ORDER-0001', source: 'query', received_at: NOW } as const
    const paid = paymentFact()
    const content = paid.kind === 'payment' ? paid.payment! : undefined
    throughFact({
      ...(state === 'CLOSED' ? paymentClosed(telling) : paymentSucceeded(telling, content!)),
      state,
    })
  })
  stored('refund state', REFUND_FACT_STATES, (state) => throughFact(refundFact('R1', state)))
})

const throughSecret = (kind: (typeof PLATFORM_KEY_KINDS)[number]) => {
  const record = { serial: 'AB12', kind, pem: 'pem\n' }
  expect(parsePlatformKeyRecords(JSON.stringify({ keys: [record] }))).toMatchObject([{ kind }])
}

describe('the platform-keys secret is read with every', () => {
  stored('kind', PLATFORM_KEY_KINDS, throughSecret)
})
