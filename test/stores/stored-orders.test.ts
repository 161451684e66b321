import { describe, expect, it } from 'vitest'
import { fen } from '#shared/money.ts'
import {
  orderFromItem,
  orderToItem,
  pointerTarget,
  pointerToItem,
  writeIdOf,
} from '#shared/stores/order-item.ts'
import { anOrder, NOW, paidOrder } from '#test/support/orders.ts'

describe('a stored order', () => {
  it('of a later form is refused by its kind and version', () => {
    const item = orderToItem(anOrder(), 'w1')
    expect(() => orderFromItem({ ...item, v: { N: '2' } })).toThrow(/the stored order has form 2/)
    const pointer = pointerToItem('refund#1#R1', 'order-1')
    expect(() => pointerTarget({ ...pointer, v: { N: '2' } })).toThrow(/the stored refund pointer has form 2/)
    expect(pointerTarget(pointer)).toBe('order-1')
  })

  it('with one refund number twice is refused', () => {
    const refund = {
      out_refund_no: 'R1',
      status: 'SUCCESS',
      amount: fen(1),
      created_at: NOW,
      updated_at: NOW,
    } as const
    const item = orderToItem(paidOrder({ refunds: { R1: refund, other: refund } }), 'w1')
    expect(() => orderFromItem(item)).toThrow(/the stored order cannot be read: refunds/)
  })

  it('is in the index of due orders only while it is to be looked at', () => {
    expect(orderToItem(anOrder({ next_check_at: NOW }), 'w1')['due_shard']?.S).toMatch(/^(?:\d|1[0-5])$/)
    expect(orderToItem(anOrder(), 'w1')).not.toHaveProperty('due_shard')
  })

  it('names the write that made it', () => {
    expect(writeIdOf(orderToItem(anOrder(), 'w1'))).toBe('w1')
    expect([writeIdOf(undefined), writeIdOf({})]).toEqual([undefined, undefined])
  })
})
