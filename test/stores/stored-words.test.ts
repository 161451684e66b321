/** Every word that code may write into a stored item can be read again. */
import { describe, expect, it } from 'vitest'
import { DECISION_ACTIONS, PAYMENT_FACT_STATES, REFUND_FACT_STATES } from '#shared/facts/fact-key.ts'
import { FACT_SOURCES, paymentClosed, paymentSucceeded, stateTold } from '#shared/facts/fact.ts'
import type { Fact } from '#shared/facts/fact.ts'
import { CHANGES } from '#shared/ledger/changes.ts'
import { LOOK_CLASSES } from '#shared/ledger/look-plan.ts'
import { PLACINGS, SENDINGS, TOLD_STATES, UNFREEZE_STATES } from '#shared/ledger/words.ts'
import { orderOf } from '#shared/orders/order-picture.ts'
import type { Order } from '#shared/orders/order.ts'
import { PAYMENT_METHODS } from '#shared/orders/payment-channel.ts'
import { parsePlatformKeyRecords } from '#shared/secrets/secret-keys.ts'
import { factFromItem, factToItem } from '#shared/stores/fact-item.ts'
import { ORDER_FORMS } from '#shared/order-forms.ts'
import { orderFromItem, orderToItem } from '#shared/stores/order-item.ts'
import { PLATFORM_KEY_KINDS } from '#shared/wechat/trust/key-ring.ts'
import { fen } from '#shared/money.ts'
import { anOrder, closedFact, NOW, paidOrder, paymentFact, refundFact } from '#test/support/orders.ts'

const throughOrder = async (order: Order) => {
  for (const form of ORDER_FORMS) {
    const item = orderToItem(order, { writeId: 'w1', form })
    expect(await orderFromItem(item, async () => undefined)).toEqual(order)
  }
}
const throughFact = (fact: Fact) => expect(factFromItem(factToItem(fact)).fact).toEqual(fact)

/** Writes and reads one sample with the word in it. */
type RoundTrip<Word> = (word: Word) => void | Promise<void>

/** The words that do not come back from the store. */
async function lost<Word>(words: readonly Word[], roundTrip: RoundTrip<Word>): Promise<readonly Word[]> {
  const missing: Word[] = []
  for (const word of words) {
    try {
      await roundTrip(word)
    } catch {
      missing.push(word)
    }
  }
  return missing
}

/** Holds a list against its stored form, and against a form that has not heard of its newest word. */
function stored<Word extends string>(name: string, words: readonly Word[], roundTrip: RoundTrip<Word>) {
  it.each(words)(`${name} %s`, async (word) => {
    expect(await lost([word], roundTrip)).toEqual([])
  })

  it(`${name}: a word that the form does not know would be seen`, async () => {
    const planted = 'planted_word' as Word
    expect(await lost([...words, planted], roundTrip)).toEqual([planted])
  })
}

const { books } = paidOrder({ refunds: { R1: { status: 'SUCCESS' }, R2: { status: 'UNKNOWN' } } })
const [told, sent] = [books.said.refunds[0]!, books.ours.refunds[1]!]
const withBooks = (changes: Partial<Order['books']>) =>
  orderOf({ ...paidOrder(), books: { ...books, ...changes } })

describe('an order is read with every', () => {
  stored('payment method', PAYMENT_METHODS, (method) => throughOrder(anOrder({ method })))
  stored('kind of look', LOOK_CLASSES, (next_check_class) =>
    throughOrder(anOrder({ next_check_at: NOW, next_check_class })),
  )
  stored('placing', PLACINGS, (placing) => {
    const { ours } = books
    return throughOrder(orderOf({ ...anOrder(), books: { ...anOrder().books, ours: { ...ours, placing } } }))
  })
  stored('sending', SENDINGS, (sending) =>
    throughOrder(withBooks({ ours: { ...books.ours, refunds: [{ ...sent, sending }] } })),
  )
  stored('state of an unfreeze', UNFREEZE_STATES, (state) => {
    const unfreeze = {
      out_order_no: 'U1',
      description: 'd',
      state,
      in_doubt: true,
      created_at: NOW,
      updated_at: NOW,
    }
    const unsplit = { amount: fen(3), at: NOW }
    return throughOrder(withBooks({ ours: { ...books.ours, unfreeze, unsplit } }))
  })
  it('refund that waits for approval', async () => {
    const approval = { rules: ['singleAbove'], names: 2, remind_at: NOW, pause_at: NOW, paused_at: NOW }
    const asking = { ...sent, sending: 'REQUESTED', approval } as const
    const order = withBooks({ ours: { ...books.ours, refunds: [asking] } })
    expect(order.refunds[asking.out_refund_no]?.approval?.state).toBe('waiting')
    await throughOrder(order)
  })
  stored('told state', TOLD_STATES, (state) =>
    throughOrder(withBooks({ said: { ...books.said, refunds: [{ ...told, states: { [state]: NOW } }] } })),
  )
  it('state that is not known', async () => {
    const words = [{ at: NOW }, { out_refund_no: 'R1', word: 'RETURNED', at: NOW }]
    const order = withBooks({ said: { ...books.said, words } })
    expect(Object.keys(order.holds)).toEqual(['refund_state_unknown#R1'])
    await throughOrder(order)
  })
  stored('decision', DECISION_ACTIONS, (action) =>
    throughOrder(withBooks({ decided: [{ at: NOW, action, hold: 'operator#1', by: 'ann', note: 'n' }] })),
  )
  stored('change', CHANGES, (type) => {
    const handled = { version: 1, changes: [{ type }], refundable: fen(0), deficit: fen(0), holds: [] }
    return throughOrder(orderOf({ ...paidOrder(), handled: { key: handled } }))
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
  it('state that is told, of an order or a refund', () => {
    const told = { mchid: '1', out_trade_no: 'ORDER-0001', source: 'query', received_at: NOW } as const
    const ofOrder = stateTold({ ...told, state: 'FINISHED', known: false })
    const ofRefund = stateTold({ ...told, out_refund_no: 'R1', state: 'SUCCESS', known: true })
    expect(ofOrder.fact_key).not.toBe(ofRefund.fact_key)
    throughFact(ofOrder)
    throughFact(ofRefund)
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
