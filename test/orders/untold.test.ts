import { describe, expect, it } from 'vitest'
import { refundFactKey } from '#shared/facts/fact-key.ts'
import { conflictOf } from '#shared/facts/fact.ts'
import type { RefundFact } from '#shared/facts/fact.ts'
import { ORDER_FORMS } from '#shared/order-forms.ts'
import { applyFact } from '#shared/orders/apply-fact.ts'
import { untoldBefore, untoldOf, withTold, withMark } from '#shared/orders/untold.ts'
import { continueTrace, traceparentOf } from '#shared/trace.ts'
import type { Trace } from '#shared/trace.ts'
import { createMemoryOrderStore } from '#shared/stores/memory-order-store.ts'
import { MCHID, NOW, paidOrder, paymentFact, refundFact } from '#test/support/orders.ts'

const KEY = refundFactKey(MCHID, 'R1', 'PROCESSING')
const trace = continueTrace({ requestId: 'r' })
const carried = { traceparent: traceparentOf(trace), requestId: 'r' }
const answer = { ...refundFact('R1', 'PROCESSING', 300), source: 'answer' } as const
const markedWith = (fact: RefundFact, by: Trace | undefined) =>
  withMark(paidOrder(), { applied: applyFact(paidOrder(), fact, NOW), fact, trace: by, now: NOW })
const marked = markedWith(answer, trace)

describe('a fact that its order alone knows', () => {
  it('is the fact that was told, with its trace', () => {
    expect(untoldOf(marked, KEY)).toMatchObject({ fact: answer, trace: carried })
    const other = conflictOf(answer)
    const second = markedWith(other, undefined)
    expect(untoldOf(second, other.fact_key)).toMatchObject({ fact: other, trace: {} })
    expect(untoldOf(marked, paymentFact().fact_key)).toBeUndefined()
  })

  it.each(ORDER_FORMS)('is stored with it in form %i', async (form) => {
    const store = createMemoryOrderStore({ form })
    await store.save({ ...marked, version: 1 })
    const stored = (await store.get(marked.order_key))!
    expect(untoldOf(stored, KEY)).toEqual(untoldOf(marked, KEY))
    await store.save(withTold(stored, KEY, NOW)!)
    const told = (await store.get(marked.order_key))!
    expect([untoldBefore(told, Infinity), told.handled[KEY]?.told]).toEqual([[], true])
    expect(withTold(told, KEY, NOW)).toBeUndefined()
  })

  it('is never forgotten for later facts before it is told', () => {
    const after = Array.from({ length: 70 }, (_, index) => refundFact(`LATER-${index}`, 'PROCESSING', 1))
    const order = after.reduce((before, fact) => applyFact(before, fact, NOW).order, marked)
    expect(Object.keys(order.handled)).toHaveLength(65)
    expect(untoldBefore(order, NOW + 60_000)).toEqual([KEY])
  })
})
