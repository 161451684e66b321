/** What earlier releases stored is read as what it was, and what this one stores can be read by the one before it. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import type { Fact } from '#shared/facts/fact.ts'
import { fen } from '#shared/money.ts'
import { reserve } from '#shared/ledger/reservation.ts'
import { applyFact } from '#shared/orders/apply-fact.ts'
import { changed } from '#shared/orders/changed.ts'
import type { Order } from '#shared/orders/order.ts'
import { createMemoryOrderStore } from '#shared/stores/memory-order-store.ts'
import { fromItem, toItem } from '#shared/stores/dynamo.ts'
import type { Item } from '#shared/stores/dynamo.ts'
import { entries1 } from '#shared/stores/order-form-1.ts'
import { orderFromItem, orderToItem } from '#shared/stores/order-item.ts'
import { anOrder, MCHID, NOW, paidOrder, paymentFact, refundFact } from '#test/support/orders.ts'

const samples: Readonly<Record<string, object>> = JSON.parse(
  readFileSync(join(import.meta.dirname, 'form-1-samples.json'), 'utf8'),
)
const stored = (name: string): Item => toItem(samples[name]!)
const reading =
  (...facts: readonly Fact[]) =>
  async (key: string) =>
    facts.find((fact) => fact.fact_key === key)

describe('an order of the release before the books', () => {
  it.each(Object.keys(samples))('is read: %s', async (name) => {
    const order = await orderFromItem(stored(name), async () => undefined)
    const sample = fromItem(stored(name))
    expect(order).toMatchObject({ order_key: sample['order_key'], version: sample['version'] })
    expect(order.status).toBe(sample['status'])
  })

  it('case 31: a refund elsewhere that was held and dismissed counts again, and is told with the next event', async () => {
    const told = refundFact('C1', 'SUCCESS', 1000)
    const order = await orderFromItem(stored('dismissed refund'), reading(told))
    expect(order).toMatchObject({ status: 'PAID', refundable: 0, refunds: { C1: { status: 'SUCCESS' } } })
    expect(order.holds).toEqual({})
    const early = await orderFromItem(stored('dismissed refund, ours under way'), reading(told))
    expect(early).toMatchObject({ refundable: 0, deficit: 600, holds: { over_refunded: 'over_refunded' } })
    const next = applyFact(early, refundFact('R1', 'PROCESSING', 600), NOW)
    expect(next.handled.changes).toContainEqual({ type: 'order.held', holds: ['over_refunded'] })
    expect(next.order.untold).toEqual([])
  })

  it('whose held fact cannot be read is held, never guessed', async () => {
    const order = await orderFromItem(stored('dismissed refund'), async () => undefined)
    expect(Object.values(order.holds)).toEqual(['too_many_tellings'])
  })

  it('keeps holds by hand, open and dismissed', async () => {
    const order = await orderFromItem(stored('held by hand'), async () => undefined)
    expect(order.holds).toEqual({ 'operator#1770000000002': 'placed_by_operator' })
    expect(order.books.decided.map(({ action, by }) => [action, by])).toEqual([
      ['hold', 'ann'],
      ['dismiss', 'bob'],
      ['hold', 'ann'],
    ])
  })

  it('is written with its books at the next change, and then read from them', async () => {
    const order = await orderFromItem(stored('refunds of every state'), async () => undefined)
    const item = orderToItem(changed(order, {}, NOW), { writeId: 'w', form: 1 })
    const again = await orderFromItem(item, async () => Promise.reject(new Error('no fact is read')))
    expect(again.refunds).toEqual(order.refunds)
    expect(again.refundable).toBe(order.refundable)
  })
})

describe('an order of form 1 that a release without books wrote again', () => {
  it('is derived anew: what that release did joins what was known', async () => {
    const paid = applyFact(anOrder(), paymentFact(), NOW).order
    const held = applyFact(paid, refundFact('C1', 'SUCCESS', 300), NOW).order
    const plain = fromItem(orderToItem(held, { writeId: 'w', form: 1 }))
    const refund = {
      out_refund_no: 'R1',
      status: 'PROCESSING',
      amount: 200,
      request_hash: 'h',
      refund_id: '50',
    }
    const olderRelease = {
      ...plain,
      version: held.version + 1,
      refunds: [...(plain['refunds'] as object[]), { ...refund, created_at: NOW, updated_at: NOW }],
      refundable: 500,
    }
    const order = await orderFromItem(toItem(olderRelease), async () => undefined)
    expect(order).toMatchObject({
      refundable: 500,
      refunds: { C1: { status: 'SUCCESS' }, R1: { status: 'PROCESSING' } },
    })
    expect(order.books.ours.refunds).toHaveLength(1)
  })

  it('gives it no bytes of a refund that waits for people, and takes no approval from it', async () => {
    const approval = { rules: ['singleAbove'], names: 1, remind_at: NOW + 1, pause_at: NOW + 2 }
    const order = paidOrder()
    const asked = { out_refund_no: 'R1', amount: fen(301), request: '{}', request_hash: 'h', approval }
    const reserved = reserve(order.books, asked, NOW)
    const waiting = changed(order, { books: 'ours' in reserved ? reserved : {} }, NOW)
    const plain = fromItem(orderToItem(waiting, { writeId: 'w', form: 1 }))
    const [refund] = plain['refunds'] as object[]
    expect(refund).not.toHaveProperty('request')
    const older = { ...plain, version: 9, refunds: [{ ...refund, status: 'UNKNOWN', updated_at: NOW + 5 }] }
    for (const item of [plain, older]) {
      const read = await orderFromItem(toItem(item), async () => undefined)
      expect(read.refunds['R1']).toMatchObject({ request: '{}', approval: { state: 'waiting' } })
    }
  })

  it('but not after a claim of the sweep, which changes nothing that it reads', async () => {
    const orders = createMemoryOrderStore({ readFact: async () => Promise.reject(new Error('read')) })
    const order = paidOrder({ next_check_at: NOW, version: 1 })
    await orders.save(order)
    const due = { orderKey: order.order_key, dueAt: NOW }
    expect(await orders.claim(due, { now: NOW, until: NOW + 1 })).toMatchObject({
      order: { books: order.books },
    })
  })
})

describe('case 32: back from the form of the books alone', () => {
  it('every one of a thousand new orders is read, and written in the form before it', async () => {
    const shapes: readonly Order[] = [
      anOrder(),
      paidOrder(),
      anOrder({ status: 'CLOSED' }),
      applyFact(paidOrder(), refundFact('C1', 'SUCCESS', 1200), NOW).order,
      applyFact(undefined, paymentFact(), NOW).order,
    ]
    const before = v.looseObject(entries1())
    for (let index = 0; index < 1000; index += 1) {
      const order = { ...shapes[index % shapes.length]!, order_key: `${MCHID}#N${index}`, version: 1 }
      const newer = orderToItem(order, { writeId: 'w', form: 2 })
      const read = await orderFromItem(newer, async () => undefined)
      expect(read).toEqual(order)
      const older = fromItem(orderToItem(read, { writeId: 'w', form: 1 }))
      expect(v.is(before, older)).toBe(true)
    }
  })
})

describe('the size of an order, whatever people do (case 20)', () => {
  const refund = (index: number) => ({
    status: index < 50 ? ('SUCCESS' as const) : ('FAILED' as const),
    amount: fen(1),
    request_hash: String(index).padStart(64, 'a'),
    failure_code: 'USER_ACCOUNT_ABNORMAL',
  })
  const refunds = Object.fromEntries(
    Array.from({ length: 150 }, (_, index) => [`${index}-`.padEnd(64, 'R'), refund(index)]),
  )
  const note = (index: number) => `${index}${'审批说明'.repeat(128)}`.slice(0, 512)
  const decided = Array.from({ length: 100 }, (_, index) => ({
    action: 'hold' as const,
    hold: `operator#${index}`,
    by: '张三李四'.repeat(16),
    note: index < 80 ? `${note(index).slice(0, 39)}…` : note(index),
    at: NOW + index,
    evidence: 'e'.repeat(16),
  }))
  // As many as may wait for people, approved twice and refused.
  const approvals = Array.from({ length: 240 }, (_, index) => ({
    action: (['hold', 'approve', 'approve', 'refuse'] as const)[index % 4]!,
    hold: `approval#${`${Math.floor(index / 4)}-`.padEnd(64, 'R')}`,
    by: index % 4 === 0 ? 'refund rules' : `${index}${'张三李四'.repeat(16)}`.slice(0, 64),
    note: `${note(index).slice(0, 39)}…`,
    at: NOW + index,
    evidence: createHash('sha256')
      .update(`${index >> 2}`)
      .digest('hex')
      .slice(0, 16),
  }))
  const order = paidOrder({
    refunds,
    decided: [...approvals, ...decided],
    description: '茶'.repeat(127),
    attach: '架'.repeat(128),
  })

  it('stays below 100 KB, and below 200 KB while the form before the books stands beside them', () => {
    expect(bytesOf(orderToItem(order, { writeId: 'w', form: 3 }))).toBeLessThan(100_000)
    expect(bytesOf(orderToItem(order, { writeId: 'w', form: 2 }))).toBeLessThan(100_000)
    expect(bytesOf(orderToItem(order, { writeId: 'w', form: 1 }))).toBeLessThan(200_000)
  })
})

/** As DynamoDB counts: names and values, text in UTF-8. */
function bytesOf(value: unknown): number {
  if (value instanceof Uint8Array) return value.length
  if (typeof value === 'string') return Buffer.byteLength(value)
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + 1 + bytesOf(item), 3)
  if (typeof value !== 'object' || value === null) return 1
  return Object.entries(value).reduce(
    (sum, [name, item]) => sum + Buffer.byteLength(name) + 1 + bytesOf(item),
    3,
  )
}
