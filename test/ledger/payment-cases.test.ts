/** The acceptance cases of the ledger about payments, by their numbers; the order is for 1000 fen. */
import { describe, expect, it } from 'vitest'
import type { Books } from '#shared/ledger/books.ts'
import { fold } from '#shared/ledger/fold.ts'
import { nextLook } from '#shared/ledger/look-plan.ts'
import { accepting, dismissing, everyOrder } from './deciding.ts'
import { asked, holdsOf, NOW, payment, refund, tell } from './tellings.ts'

describe('payments', () => {
  it('case 13: two payments are one view in both orders, both kept, held', () => {
    const a = payment(1000, { transaction_id: '42_A' })
    const b = payment(1000, { transaction_id: '42_B' })
    const end = everyOrder(asked(), a, b)
    expect(end.said.payments.map((told) => told.transaction_id).toSorted()).toEqual(['42_A', '42_B'])
    expect(holdsOf(end)).toEqual(['payment_conflict'])
    expect(fold(end).payment).toBeUndefined()
    const differing = everyOrder(asked(), a, payment(900, { transaction_id: '42_B' }))
    expect(fold(differing)).toMatchObject({ status: 'PAID', paid: 1000, payment: { transaction_id: '42_A' } })
  })

  it('case 15: a payment of another amount stays to be seen and accepted after its dismissal, and is not asked for', () => {
    const told = tell(asked(), payment(900))
    const [hold] = holdsOf(told)
    expect(hold).toMatch(/^amount_differs#[0-9a-f]{16}$/)
    const dismissed = dismissing(told, hold!)
    expect(fold(dismissed)).toMatchObject({ status: 'AWAITING_PAYMENT', held: false, refundable: 0 })
    expect(dismissed.said.payments).toHaveLength(1)
    expect(nextLook({ ...dismissed, created_at: NOW }, fold(dismissed), NOW)).toBeUndefined()
    expect(fold(accepting(dismissed, hold!))).toMatchObject({ status: 'PAID', refundable: 900, held: false })
  })

  it('of a rejected number, or made before the number was used again, is held and can be accepted', () => {
    const ours = { ...asked().ours, placing: 'REJECTED' } as const
    const rejected = tell({ ...asked(), ours }, payment())
    expect(holdsOf(rejected)).toEqual(['order_rejected'])
    expect(fold(accepting(rejected, 'order_rejected'))).toMatchObject({ status: 'PAID', held: false })
    const { appid, amount } = asked().ours.asked!
    const reuse = (reused_at: number) => ({
      ...asked(),
      ours: { ...asked().ours, asked: { appid, amount, reused_at } },
    })
    expect(holdsOf(tell(reuse(NOW + 70_000), payment()))).toEqual(['order_rejected'])
    expect(fold(tell(reuse(NOW), payment()))).toMatchObject({ status: 'PAID', held: false })
  })

  it('of an order that only WeChat knows is held and can be accepted', () => {
    const unknown: Books = { ...asked(), ours: { placing: 'CREATED', refunds: [] } }
    const told = everyOrder(unknown, payment(), refund('C1', 'SUCCESS', 300))
    expect(fold(told)).toMatchObject({ status: 'UNRECOGNIZED', refundable: 0, held: true })
    expect(holdsOf(told)).toEqual(['order_unknown'])
    expect(fold(accepting(told, 'order_unknown'))).toMatchObject({
      status: 'PAID',
      refundable: 700,
      held: false,
    })
    expect(holdsOf(tell(unknown, 'closed'))).toEqual(['order_unknown'])
  })

  it('beats closed', () => {
    expect(fold(everyOrder(asked(), 'closed', payment()))).toMatchObject({ status: 'PAID', held: false })
    expect(fold(tell(asked(), 'closed')).status).toBe('CLOSED')
  })
})
