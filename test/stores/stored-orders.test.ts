import { describe, expect, it } from 'vitest'
import { fen } from '#shared/money.ts'
import type { Order } from '#shared/orders/order.ts'
import { ORDER_FORMS } from '#shared/order-forms.ts'
import {
  orderFromItem,
  orderToItem,
  pointerTarget,
  pointerToItem,
  writeIdOf,
} from '#shared/stores/order-item.ts'
import { anOrder, NOW, paidOrder } from '#test/support/orders.ts'

const none = async () => undefined

describe.each(ORDER_FORMS)('an order stored in form %i', (form) => {
  const stored = (order: Order) => orderToItem(order, { writeId: 'w1', form })

  it('of a later form is refused by its kind and version', async () => {
    const item = stored(anOrder())
    await expect(orderFromItem({ ...item, v: { N: '4' } }, none)).rejects.toThrow(
      /the stored order has form 4/,
    )
    const pointer = pointerToItem('refund#1#R1', { target: 'order-1', claimId: 'c1' })
    expect(() => pointerTarget({ ...pointer, v: { N: '2' } })).toThrow(/the stored refund pointer has form 2/)
    expect(pointerTarget(pointer)).toBe('order-1')
  })

  it('comes back as it was, short or long', async () => {
    const refunds = Object.fromEntries(
      Array.from({ length: 40 }, (_, index) => [`R${index}`, { amount: fen(1), status: 'SUCCESS' as const }]),
    )
    const orders = [
      anOrder(),
      paidOrder(),
      paidOrder({ refunds, holds: { 'operator#1': 'placed_by_operator' } }),
    ]
    for (const order of orders) expect(await orderFromItem(stored(order), none)).toEqual(order)
  })

  it('is in the index of due orders only while it is to be looked at', () => {
    expect(stored(anOrder({ next_check_at: NOW }))['due_shard']?.S).toMatch(/^\d+$/)
    expect(stored(anOrder())).not.toHaveProperty('due_shard')
  })

  it('keeps the payment method, and the lack of one', async () => {
    const { method: _, ...without } = paidOrder()
    expect((await orderFromItem(stored(paidOrder({ method: 'h5' })), none)).method).toBe('h5')
    expect(await orderFromItem(stored(without), none)).not.toHaveProperty('method')
  })

  it('keeps what a newer release wrote', async () => {
    const item = stored({ ...paidOrder(), newer: { deep: true } } as unknown as Order)
    expect(item).toHaveProperty('newer')
    expect(stored(await orderFromItem(item, none))).toEqual(item)
  })

  it('that says nothing readable of what is known is refused, without its content', async () => {
    const books = form === 3 ? 'packed' : 'known'
    const item = { ...stored(anOrder()), [books]: { B: new Uint8Array([1, 2, 3]) } }
    await expect(orderFromItem(item, none)).rejects.toThrow(`the stored order cannot be read: ${books}`)
  })

  it('names the write that made it', () => {
    expect(writeIdOf(stored(anOrder()))).toBe('w1')
    expect([writeIdOf(undefined), writeIdOf({})]).toEqual([undefined, undefined])
  })
})

describe.each([1, 2] as const)('an order in the clear, in form %i,', (form) => {
  it('says `channel` of the payment method, as it always did', async () => {
    const item = orderToItem(paidOrder({ method: 'h5' }), { writeId: 'w1', form })
    expect(item['channel']).toEqual({ S: 'h5' })
    expect(item).not.toHaveProperty('method')
  })
})
